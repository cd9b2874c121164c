#include "base/standard_output.hpp"

#include <cstdio>

#include "base/error.hpp"

namespace fedmeta {

void check_standard_output() {
  // An earlier failure is remembered by the stream.
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0)
    throw Error(Status::own_file, "cannot write all that there is to say", "standard output",
                "free space, or write to another place");
}

}  // namespace fedmeta

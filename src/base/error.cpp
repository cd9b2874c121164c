#include "base/error.hpp"

namespace fedmeta {

Error::Error(Status status, const std::string& what, const std::string& where, const std::string& remedy)
    : std::runtime_error(what + " (" + where + "): " + remedy), status_(status) {}

}  // namespace fedmeta

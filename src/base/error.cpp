#include "base/error.hpp"

#include <cstdio>
#include <new>

#include "base/terminal_text.hpp"

namespace fedmeta {

Error::Error(Status status, const std::string& what, const std::string& where, const std::string& remedy)
    : std::runtime_error(what + " (" + where + "): " + remedy), status_(status) {}

Error current_error() {
  try {
    throw;
  } catch (const Error& error) {
    return error;
  } catch (const std::bad_alloc&) {
    return {Status::system, "out of memory", "this process", "use more nodes or less data"};
  } catch (const std::exception& error) {
    const std::string message = error.what();  // libtorch adds a backtrace: the first line says it
    return {Status::system, message.substr(0, message.find('\n')), "unexpected",
            "please report this as a bug"};
  }
}

int report_error(const char* program, const Error& error) {
  std::fprintf(stderr, "%s: error: %s\n", program, terminal_text(error.what()).c_str());
  return static_cast<int>(error.status());
}

}  // namespace fedmeta

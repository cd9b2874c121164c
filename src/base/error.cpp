#include "base/error.hpp"

#include <cstdio>
#include <filesystem>
#include <new>

#include "base/file_advice.hpp"
#include "base/terminal_text.hpp"

namespace fedmeta {
namespace {

bool says(const std::string& message, const char* words) {
  return message.find(words) != std::string::npos;
}

Error out_of_memory(const std::string& what) {
  return {Status::system, what, "this process",
          "use more nodes, fewer ranks a node or less data; --dry-run says what a rank needs"};
}

/// Returns what stands between two phrases, or "".
std::string between(const std::string& message, const std::string& before, const std::string& after) {
  const auto begin = message.find(before);
  if (begin == std::string::npos) return "";
  const auto end = message.find(after, begin + before.size());
  return end == std::string::npos ? "" : message.substr(begin + before.size(), end - begin - before.size());
}

Error gpu_out_of_memory(const std::string& message) {
  const auto wanted = between(message, "Tried to allocate ", ". "),
             free = between(message, "of which ", " is free");
  return {Status::system,
          wanted.empty() || free.empty()
              ? "the GPU is out of memory: " + message
              : "the GPU is out of memory: " + wanted + " were asked for, " + free + " are free",
          "--device cuda",
          "use fewer ranks for each GPU, a smaller --clients-per-round, --batch-size or --max-samples, or "
          "--device cpu"};
}

/// Turns a library's exception into an Error. This room does not see libtorch, so the message decides.
Error library_error(const std::string& text) {
  const std::string message = text.substr(0, text.find('\n'));  // libtorch appends a backtrace
  if (says(message, "CUDA") && says(message, "out of memory")) return gpu_out_of_memory(message);
  if (says(message, "can't allocate memory")) {
    const auto tried = message.find("you tried to allocate ");
    const auto amount = tried == std::string::npos ? "" : message.substr(tried + 22);
    return out_of_memory(amount.empty() ? "out of memory"
                                        : "out of memory for " + amount.substr(0, amount.find('.')));
  }
  if (says(message, "CUDA error") || says(message, "CUDA driver"))
    return {Status::system, message, "GPU",
            "check the driver and libtorch's CUDA libraries, or use --device cpu"};
  return {Status::system, message, "unexpected", "please report this as a bug"};
}

}  // namespace

Error::Error(Status status, const std::string& what, const std::string& where, const std::string& remedy)
    : std::runtime_error(what + " (" + where + "): " + remedy), status_(status) {}

Error current_error() {
  try {
    throw;
  } catch (const Error& error) {
    return error;
  } catch (const std::bad_alloc&) {
    return out_of_memory("out of memory");
  } catch (const std::filesystem::filesystem_error& error) {
    const auto advice = advice_on_reading(error.code().value());
    return {Status::own_file, error.code().message(), error.path1().string(),
            advice.empty() ? "check the path and its permissions" : advice};
  } catch (const std::exception& error) {
    return library_error(error.what());
  }
}

int report_error(const char* program, const Error& error) {
  const char* kind = error.status() == Status::interrupted ? "" : "error: ";
  std::fprintf(stderr, "%s: %s%s\n", program, kind, terminal_text(error.what()).c_str());
  return static_cast<int>(error.status());
}

}  // namespace fedmeta

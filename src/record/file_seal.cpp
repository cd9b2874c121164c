#include "record/file_seal.hpp"

#include <xxhash.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "base/file_advice.hpp"

namespace fedmeta::record {
namespace {

namespace fs = std::filesystem;

// "\nfedmeta seal XXH3 0123456789abcdef\n"
constexpr std::string_view mark = "\nfedmeta seal XXH3 ";
constexpr std::size_t digits = 16, seal_bytes = mark.size() + digits + 1;

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

/// Returns null for what is no regular file: opening a pipe can block for ever.
File open(const fs::path& path, const char* mode) {
  std::error_code ignored;
  if (!fs::is_regular_file(path, ignored)) return {nullptr, nullptr};
  return {std::fopen(path.c_str(), mode), [](std::FILE* file) { return std::fclose(file); }};
}

/// Returns the seal, or "" if there is none.
std::string read_seal(std::FILE* file) {
  std::string text(seal_bytes, '\0');
  if (::fseeko(file, -static_cast<off_t>(seal_bytes), SEEK_END) != 0 ||
      std::fread(text.data(), 1, seal_bytes, file) != seal_bytes)
    return "";
  return text.starts_with(mark) && text.ends_with('\n') ? text : "";
}

/// Returns the checksum of the file but for its last `left_out` bytes. Throws an errno.
std::uint64_t checksum(std::FILE* file, std::size_t left_out) {
  const std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> state(XXH3_createState(), XXH3_freeState);
  XXH3_64bits_reset(state.get());
  std::vector<char> part(std::size_t{1} << 20);
  ::fseeko(file, 0, SEEK_END);
  auto left = static_cast<std::size_t>(::ftello(file)) - left_out;
  std::rewind(file);
  while (left > 0) {
    const auto count = std::fread(part.data(), 1, std::min(part.size(), left), file);
    if (count == 0) throw std::system_error(errno, std::generic_category());
    XXH3_64bits_update(state.get(), part.data(), count);
    left -= count;
  }
  return XXH3_64bits_digest(state.get());
}

std::string hex(std::uint64_t sum) {
  std::array<char, digits + 1> text{};
  std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(sum));
  return text.data();
}

std::string text_of(std::uint64_t sum) {
  return std::string(mark) + hex(sum) + "\n";
}

[[noreturn]] void fail_to_read(int reason, const fs::path& path, Status status) {
  throw Error(status, "cannot read file: " + std::generic_category().message(reason), path.string(),
              advice_on_reading(reason));
}

}  // namespace

void seal(const fs::path& path) {
  const auto fail = [&](int reason) {
    throw Error(Status::own_file, "cannot write file: " + std::generic_category().message(reason),
                path.string(), advice_on_writing(reason, "--output"));
  };
  try {
    auto file = open(path, "r+be");
    if (!file) fail(errno);
    const auto text = text_of(checksum(file.get(), 0));
    if (::fseeko(file.get(), 0, SEEK_END) != 0) fail(errno);
    const bool written = std::fwrite(text.data(), 1, text.size(), file.get()) == text.size();
    if (std::fclose(file.release()) != 0 || !written) fail(errno);
  } catch (const std::system_error& error) {
    fail(error.code().value());
  }
}

bool has_seal(const fs::path& path) {
  const auto file = open(path, "rbe");
  return file && !read_seal(file.get()).empty();
}

void check_seal(const fs::path& path, Status status) {
  const auto file = open(path, "rbe");
  if (!file) return;  // the reader says why
  const auto found = read_seal(file.get());
  if (found.empty()) return;
  try {
    if (found == text_of(checksum(file.get(), seal_bytes))) return;
  } catch (const std::system_error& error) {
    fail_to_read(error.code().value(), path, status);
  }
  throw Error(status, "the file is damaged: its checksum is wrong", path.string(), "take another copy of it");
}

std::string file_sum(const fs::path& path) {
  const auto file = open(path, "rbe");
  if (!file) fail_to_read(errno, path, Status::own_file);
  try {
    return hex(checksum(file.get(), 0));
  } catch (const std::system_error& error) {
    fail_to_read(error.code().value(), path, Status::own_file);
  }
}

}  // namespace fedmeta::record

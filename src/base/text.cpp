#include "base/text.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace fedmeta {

static_assert(FMT_VERSION == FEDMETA_FMT_VERSION, "the headers of {fmt} are not those of the package found");

std::string fixed(double value, int decimals) {
  return fmt::format("{:.{}f}", value, decimals);
}

std::string signed_fixed(double value, int decimals) {
  return fmt::format("{:+.{}f}", value, decimals);
}

std::string general(double value, int digits) {
  return fmt::format("{:.{}g}", value, digits);
}

std::string two_digits(long value) {
  return fmt::format("{:02}", value);
}

std::string counted(std::size_t count, const std::string& what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

std::string padded(std::string_view text, std::size_t width) {
  std::string line(text);
  line.resize(std::max(width, text.size()), ' ');
  return line;
}

std::string hexadecimal(unsigned value, int digits, Letters letters) {
  return letters == Letters::small ? fmt::format("{:0{}x}", value, digits)
                                   : fmt::format("{:0{}X}", value, digits);
}

}  // namespace fedmeta

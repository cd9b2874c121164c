#include "app/text_table.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace fedmeta::app {
namespace {

std::string line(const std::vector<std::string>& row, const std::vector<std::size_t>& widths) {
  std::string text;
  for (std::size_t c = 0; c < row.size(); ++c) {
    const std::string padding(widths[c] - row[c].size(), ' ');
    text += "  ";
    text += c ? padding + row[c] : row[c] + padding;
  }
  text.erase(text.find_last_not_of(' ') + 1);
  return text + "\n";
}

}  // namespace

std::string text_table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths(rows.front().size(), 0);
  for (const auto& row : rows)
    for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], row[c].size());
  std::string text = line(rows.front(), widths);
  std::size_t length = 0;
  for (const auto width : widths) length += width + 2;
  text += "  " + std::string(length - 2, '-') + "\n";
  for (std::size_t r = 1; r < rows.size(); ++r) text += line(rows[r], widths);
  return text;
}

std::string decimal(double value, int decimals) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.*f", decimals, value);
  return text.data();
}

std::string with_prefix(double value) {
  constexpr std::array<const char*, 7> prefixes{"", "k", "M", "G", "T", "P", "E"};
  std::size_t p = 0;
  for (; value >= 999.5 && p + 1 < prefixes.size(); ++p) value /= 1000;
  const int decimals = value >= 99.95 || (p == 0 && value == static_cast<double>(static_cast<long>(value)))
                           ? 0
                       : value >= 9.995 ? 1
                                        : 2;
  return decimal(value, decimals) + " " + prefixes[p];
}

}  // namespace fedmeta::app

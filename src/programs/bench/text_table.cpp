#include "programs/bench/text_table.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>

#include "base/text.hpp"

namespace fedmeta::programs {
namespace {

constexpr std::size_t gap = 2;  ///< blanks before each column

using Rows = std::vector<std::vector<std::string>>;
using Columns = std::vector<std::size_t>;  ///< column indices, or widths

std::string line(const std::vector<std::string>& row, const Columns& widths, const Columns& shown) {
  std::string text;
  for (const auto c : shown) {
    const std::string padding(widths[c] - display_width(row[c]), ' ');
    text.append(gap, ' ');
    text += c ? padding + row[c] : row[c] + padding;
  }
  text.erase(text.find_last_not_of(' ') + 1);
  return text + "\n";
}

std::size_t length(const Columns& widths, const Columns& shown) {
  std::size_t sum = 0;
  for (const auto c : shown) sum += widths[c] + gap;
  return sum;
}

std::string table(const Rows& rows, const Columns& widths, const Columns& shown) {
  std::string text = line(rows.front(), widths, shown);
  text.append(gap, ' ').append(length(widths, shown) - gap, '-').append("\n");
  for (std::size_t r = 1; r < rows.size(); ++r) text += line(rows[r], widths, shown);
  return text;
}

/// Distributes columns over as few tables as possible of width `most` or less, each with the first column. A
/// column too wide for that has its own table.
std::vector<Columns> split(const Columns& widths, std::size_t most) {
  std::vector<Columns> tables{{0}};
  for (std::size_t c = 1; c < widths.size(); ++c) {
    if (tables.back().size() > 1 && length(widths, tables.back()) + widths[c] + gap > most)
      tables.push_back({0});
    tables.back().push_back(c);
  }
  return tables;
}

/// Returns as many tables as `split` does, but of nearly equal width.
std::vector<Columns> split_evenly(const Columns& widths, std::size_t most) {
  const auto count = split(widths, most).size();
  while (most > 0 && split(widths, most - 1).size() == count) --most;
  return split(widths, most);
}

}  // namespace

std::string text_table(const Rows& rows, int columns) {
  Columns widths(rows.front().size(), 0);
  for (const auto& row : rows)
    for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], display_width(row[c]));
  std::string text;
  const auto most = columns > 0 ? static_cast<std::size_t>(columns) : std::numeric_limits<std::size_t>::max();
  Columns all(widths.size());
  std::iota(all.begin(), all.end(), 0);
  if (length(widths, all) <= most) return table(rows, widths, all);
  for (const auto& shown : split_evenly(widths, most))
    text.append(text.empty() ? "" : "\n").append(table(rows, widths, shown));
  return text;
}

std::string with_prefix(double value) {
  constexpr std::array<const char*, 7> prefixes{"", "k", "M", "G", "T", "P", "E"};
  std::size_t p = 0;
  for (; value >= 999.5 && p + 1 < prefixes.size(); ++p) value /= 1000;
  const int decimals = value >= 99.95 || (p == 0 && value == static_cast<double>(static_cast<long>(value)))
                           ? 0
                       : value >= 9.995 ? 1
                                        : 2;
  return fixed(value, decimals) + " " + prefixes[p];
}

}  // namespace fedmeta::programs

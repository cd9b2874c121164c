#include "command_line/nearest.hpp"

#include <algorithm>
#include <numeric>

namespace fedmeta::command_line {
namespace {

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row.back();
}

}  // namespace

std::string nearest(std::string_view name, const std::vector<std::string>& known) {
  name = name.substr(0, 100);  // a file may have one of any length
  const auto closer = [&](const auto& a, const auto& b) {
    return edit_distance(name, a) < edit_distance(name, b);
  };
  const auto best = std::min_element(known.begin(), known.end(), closer);
  return best == known.end() ? "" : *best;
}

std::string did_you_mean(std::string_view name, const std::vector<std::string>& known) {
  std::string text = "did you mean " + nearest(name, known) + "? known:";
  for (std::size_t i = 0; i < known.size(); ++i) text += (i ? ", " : " ") + known[i];
  return text;
}

}  // namespace fedmeta::command_line

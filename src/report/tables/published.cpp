#include "report/tables/published.hpp"

#include <charconv>
#include <stdexcept>
#include <vector>

namespace fedmeta::report {
namespace {

/// Of one line of RFC 4180 without line breaks in its fields.
std::vector<std::string> fields(std::string_view line) {
  std::vector<std::string> all(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const bool doubled = quoted && line[i] == '"' && i + 1 < line.size() && line[i + 1] == '"';
    if (line[i] == '"' && !doubled)
      quoted = !quoted;
    else if (line[i] == ',' && !quoted)
      all.emplace_back();
    else
      all.back() += line[i];
    if (doubled) ++i;
  }
  return all;
}

std::optional<double> number_of(const std::string& text) {
  double value = 0;
  const auto* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  if (text.empty() || result.ec != std::errc() || result.ptr != end) return {};
  return value;
}

}  // namespace

PublishedValues parse_published(const std::string& name, std::string_view csv) {
  PublishedValues values;
  std::size_t line_number = 0;
  while (!csv.empty()) {
    const auto end = csv.find('\n');
    const auto line = csv.substr(0, end);
    csv.remove_prefix(end == std::string_view::npos ? csv.size() : end + 1);
    if (++line_number == 1) continue;  // row,column,value,sd,source
    const auto field = fields(line);
    const auto fail = [&](const std::string& what) -> void {
      throw std::invalid_argument(name + ".csv, line " + std::to_string(line_number) + ": " + what);
    };
    if (field.size() != 5) fail("not five fields");
    const auto value = number_of(field[2]), deviation = number_of(field[3]);
    if (!value || (!deviation && !field[3].empty())) fail("not a number");
    if (field[4].empty()) fail("no source");
    if (!values.try_emplace({field[0], field[1]}, Published{*value, deviation, field[4]}).second)
      fail("a value given twice");
  }
  return values;
}

const PublishedValues& published(const std::string& table) {
  static const auto all = [] {
    std::map<std::string, PublishedValues> parsed;
    for (const auto& [name, text] : published_texts()) parsed.emplace(name, parse_published(name, text));
    return parsed;
  }();
  static const PublishedValues none;
  const auto found = all.find(table);
  return found == all.end() ? none : found->second;
}

}  // namespace fedmeta::report

#include "report/output/table.hpp"

#include <fmt/core.h>

#include <array>
#include <cmath>
#include <utility>

#include "report/output/text_sinks.hpp"

namespace fedmeta::report {
namespace {

std::string csv_field(const TableCell& cell) {
  if (const double* number = std::get_if<double>(&cell)) return fmt::format("{}", *number);
  if (const auto* bounded = std::get_if<Bounded>(&cell)) return fmt::format("{}", bounded->value);
  const std::string* text = std::get_if<std::string>(&cell);
  return text ? csv_text(*text) : "";
}

std::string csv_line(const std::vector<std::string>& fields) {
  std::string line;
  for (const std::string& field : fields) {
    if (&field != &fields.front()) line += ',';
    line += field;
  }
  return line + '\n';
}

bool is_number(const ColumnHead& column) {
  return column.format != Format::text;
}

std::string scientific(double value) {
  return fmt::format("{:.2e}", value);
}

}  // namespace

std::string plain(double value, int decimals) {
  constexpr double longest = 1e9;
  return std::abs(value) < longest ? fmt::format("{:.{}f}", value, decimals) : scientific(value);
}

std::string prefixed(double value) {
  if (value == 0) return "0";
  if (std::abs(value) >= 999.5e18) return scientific(value);
  static constexpr std::array prefixes{"", "k", "M", "G", "T", "P", "E"};
  std::size_t i = 0;
  while (std::abs(value) >= 999.5 && i + 1 < prefixes.size()) {
    value /= 1000;
    ++i;
  }
  const int decimals = std::abs(value) >= 99.95 ? 0 : std::abs(value) >= 9.995 ? 1 : 2;
  const std::string number = fmt::format("{:.{}f}", value, decimals);
  return i == 0 ? number : number + " " + prefixes[i];
}

std::string number(double value) {
  return std::isfinite(value) ? fmt::format("{:.9g}", value) : "NaN";
}

std::string shown(const TableCell& cell, Format format) {
  if (const std::string* text = std::get_if<std::string>(&cell)) return *text;
  if (const auto* missing = std::get_if<Missing>(&cell)) return missing->why;
  if (const auto* bounded = std::get_if<Bounded>(&cell))
    return std::string(bounded->bound == 0 ? 0 : 1, bounded->bound).append(shown(bounded->value, format));
  const double* number = std::get_if<double>(&cell);
  if (!number) return "–";
  switch (format) {
    case Format::percent:
      return plain(100 * *number, 1) + "%";
    case Format::points:
      return plain(100 * *number, 1);
    case Format::integer:
      return plain(*number, 0);
    case Format::significant:
      return std::abs(*number) < 999.5 ? fmt::format("{:.3g}", *number) : plain(*number, 0);
    case Format::prefixed:
      return prefixed(*number);
    case Format::factor:
      return plain(*number, 2) + "x";
    case Format::decimal:
    case Format::text:
      break;
  }
  return plain(*number, std::abs(*number) < 10 ? 3 : 1);
}

std::string to_markdown(const ReportTable& table) {
  std::string text = "|", rule = "|";
  for (const ColumnHead& column : table.columns) {
    if (column.title.empty()) continue;
    text.append(" ").append(markdown_text(column.title)).append(" |");
    rule += is_number(column) ? "--:|" : "---|";
  }
  text += "\n" + rule + "\n";
  for (const auto& row : table.rows) {
    text += '|';
    for (std::size_t i = 0; i < row.size(); ++i)
      if (!table.columns[i].title.empty())
        text.append(" ").append(markdown_text(shown(row[i], table.columns[i].format))).append(" |");
    text += '\n';
  }
  return text;
}

std::string to_html(const ReportTable& table) {
  std::string text = "<table>\n<thead><tr>";
  for (const ColumnHead& column : table.columns)
    if (!column.title.empty())
      text +=
          std::string(is_number(column) ? "<th class=\"n\">" : "<th>") + html_text(column.title) + "</th>";
  text += "</tr></thead>\n<tbody>\n";
  for (const auto& row : table.rows) {
    text += "<tr>";
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (table.columns[i].title.empty()) continue;
      text += std::string(is_number(table.columns[i]) ? "<td class=\"n\">" : "<td>") +
              html_text(shown(row[i], table.columns[i].format)) + "</td>";
    }
    text += "</tr>\n";
  }
  return text + "</tbody>\n</table>\n";
}

std::string to_csv(const ReportTable& table) {
  std::vector<std::string> keys;
  keys.reserve(table.columns.size());
  for (const ColumnHead& column : table.columns)
    if (!column.key.empty()) keys.push_back(column.key);
  std::string text = csv_line(keys);
  for (const auto& row : table.rows) {
    std::vector<std::string> fields;
    fields.reserve(row.size());
    for (std::size_t i = 0; i < row.size(); ++i)
      if (!table.columns[i].key.empty()) fields.push_back(csv_field(row[i]));
    text += csv_line(fields);
  }
  return text;
}

}  // namespace fedmeta::report

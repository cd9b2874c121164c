// A table of texts and numbers, shown as Markdown, HTML or CSV.
#pragma once

#include <string>
#include <variant>
#include <vector>

namespace fedmeta::report {

enum class Format {
  text,
  percent,   ///< a fraction, shown as 78.1%
  points,    ///< a difference of fractions, shown as 1.2 (percentage points)
  decimal,   ///< 1.234
  integer,   ///< 1234
  prefixed,  ///< 1.23 T, with SI prefixes
};

struct ColumnHead {
  std::string title;  ///< for people, with unit
  std::string key;    ///< for programs: name of the CSV column; its values are in base units
  Format format = Format::text;
};

/// Empty: nothing to tell, shown as a dash.
using TableCell = std::variant<std::monostate, std::string, double>;

struct ReportTable {
  std::string name;  ///< of its CSV file, without ending
  std::string title;
  std::string caption;
  std::vector<ColumnHead> columns;
  std::vector<std::vector<TableCell>> rows;
};

std::string shown(const TableCell& cell, Format format);
/// A number with an SI prefix and three significant digits: 211 M, 1.23 T.
std::string prefixed(double value);
/// Up to nine digits; NaN where it is not finite: as gnuplot reads it.
std::string number(double value);

std::string to_markdown(const ReportTable& table);
std::string to_html(const ReportTable& table);
std::string to_csv(const ReportTable& table);

}  // namespace fedmeta::report

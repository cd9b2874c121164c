// A table of text and numbers, shown as Markdown, HTML or CSV.
#pragma once

#include <string>
#include <variant>
#include <vector>

namespace fedmeta::report {

enum class Format {
  text,
  percent,      ///< a fraction, shown as 78.1%
  points,       ///< a difference of fractions in percentage points, shown as 1.2
  decimal,      ///< 1.234
  integer,      ///< 1234
  significant,  ///< 0.00123, 12.3, 12345
  prefixed,     ///< 1.23 T, with SI prefixes
  factor,       ///< 1.23x
};

struct ColumnHead {
  std::string title;  ///< heading with unit, for people; empty for a column of the CSV file alone
  std::string key;  ///< name of the CSV column, for programs, in base units; empty for one of the page alone
  Format format = Format::text;
};

/// A number that is known to be an upper ('<') or a lower ('>') bound; 0: exact. CSV has the number alone, so
/// another of its columns must say which.
struct Bounded {
  double value;
  char bound;
};

/// A number that is not there, and what the page says of it: "not measured". CSV has an empty field.
struct Missing {
  std::string why;
};

/// A cell. Empty cells are shown as a dash.
using TableCell = std::variant<std::monostate, std::string, double, Bounded, Missing>;

struct ReportTable {
  std::string name;  ///< name of its CSV file without extension
  std::string title;
  std::string caption;
  std::vector<ColumnHead> columns;
  std::vector<std::vector<TableCell>> rows;
};

/// A table that is too long for a page: the page has a part of its rows, the CSV file all.
struct LongTable {
  ReportTable shown, values;
};

std::string shown(const TableCell& cell, Format format);
/// Returns a number with so many decimals: 12.30. From a billion on, whose digits nobody counts, in
/// scientific notation: 1.00e+300.
std::string plain(double value, int decimals);
/// Returns a number with an SI prefix and three significant digits: 211 M, 1.23 T; beyond 999 E in scientific
/// notation.
std::string prefixed(double value);
/// Returns a number with up to nine digits, or NaN if it is not finite, as gnuplot reads it.
std::string number(double value);

std::string to_markdown(const ReportTable& table);
std::string to_html(const ReportTable& table);
std::string to_csv(const ReportTable& table);

}  // namespace fedmeta::report

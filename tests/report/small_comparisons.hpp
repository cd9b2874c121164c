// Runs of a few rounds, and the cells of the tables made from them.
#pragma once

#include <array>
#include <stdexcept>
#include <string>
#include <vector>

#include "record/synthetic_results.hpp"
#include "report/output/table.hpp"

namespace fedmeta::report {

using record::run;

inline constexpr std::array slow{0.1, 0.5, 0.8};    // reaches .75 in round 3
inline constexpr std::array slower{0.1, 0.5, 0.6};  // never
inline constexpr std::array fast{0.5, 0.75, 0.9};   // reaches .75 in round 2

inline record::Results results_with(std::vector<record::Run> runs) {
  record::Results results = record::head();
  results.runs = std::move(runs);
  return results;
}

inline double number(const ReportTable& table, std::size_t row, const std::string& key) {
  for (std::size_t i = 0; i < table.columns.size(); ++i)
    if (table.columns[i].key == key) return std::get<double>(table.rows.at(row)[i]);
  throw std::out_of_range(key);
}

inline std::string text(const ReportTable& table, std::size_t row, const std::string& key) {
  for (std::size_t i = 0; i < table.columns.size(); ++i)
    if (table.columns[i].key == key) return shown(table.rows.at(row)[i], table.columns[i].format);
  throw std::out_of_range(key);
}

inline double bounded(const ReportTable& table, std::size_t row, const std::string& key) {
  for (std::size_t i = 0; i < table.columns.size(); ++i)
    if (table.columns[i].key == key) return std::get<Bounded>(table.rows.at(row)[i]).value;
  throw std::out_of_range(key);
}

inline std::string title_of(const ReportTable& table, const std::string& key) {
  for (const ColumnHead& column : table.columns)
    if (column.key == key) return column.title;
  throw std::out_of_range(key);
}

}  // namespace fedmeta::report

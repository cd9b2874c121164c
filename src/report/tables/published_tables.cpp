#include "report/tables/published_tables.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "data/registry.hpp"
#include "report/pooling/method_names.hpp"
#include "report/tables/layout.hpp"
#include "report/tables/published.hpp"

namespace fedmeta::report {
namespace {

/// Chen et al.'s Table 4 has these; results files call them so.
struct Rate {
  const char* name;
  const char* title;
};
constexpr std::array rates{Rate{"local_lr", "local rate"}, Rate{"inner_lr", "inner rate (alpha)"},
                           Rate{"outer_lr", "outer rate (beta)"}};
constexpr const char* published_rates = "chen2018-table4";

std::set<std::string> datasets_of(const std::vector<Comparison>& comparisons) {
  std::set<std::string> names;
  for (const Comparison& comparison : comparisons) names.insert(comparison.setting.dataset);
  return names;
}

std::optional<double> published_rate(const Comparison& comparison, const Method& method, const Rate& rate) {
  const auto& values = published(published_rates);
  const auto found = values.find({comparison.setting.dataset + " " + method.algorithm, rate.name});
  return found == values.end() ? std::nullopt : std::optional(found->second.value);
}

/// Adds a number for the CSV file and its text for the page, or the text alone.
void add_number(std::vector<TableCell>& row, const std::optional<double>& value,
                const std::string& otherwise) {
  row.insert(row.end(), {value ? TableCell(number(*value)) : TableCell(otherwise),
                         value ? TableCell(*value) : TableCell()});
}

bool has_published_rate(const Comparison& comparison, const Method& method) {
  return std::ranges::any_of(
      rates, [&](const Rate& rate) { return published_rate(comparison, method, rate).has_value(); });
}

std::vector<TableCell> rates_row(const Comparison& comparison, const Method& method) {
  std::vector<TableCell> row{comparison.title, method.name};
  for (const Rate& rate : rates) {
    add_number(row, number_in(header_of(method), rate.name), "not read");
    add_number(row, published_rate(comparison, method, rate), "none");
  }
  row.emplace_back(method.grid ? "by validation accuracy" : "as given");
  row.emplace_back(method.grid ? static_cast<double>(comparison.grids.at(*method.grid).candidates.size())
                               : 1.0);
  return row;
}

ReportTable list_table(const std::string& name, const std::string& title, const std::string& caption) {
  return {name,
          title,
          caption,
          {{"data set", ""},
           {"", "dataset"},
           {"what", "what"},
           {"value", ""},
           {"", "value"},
           {"sd", ""},
           {"", "sd"},
           {"source", "source"}},
          {}};
}

void add_published(ReportTable& table, const std::string& dataset, const std::string& what,
                   const Published& value) {
  std::vector<TableCell> row{data::dataset_named(dataset).title, dataset, what};
  add_number(row, value.value, "");
  add_number(row, value.deviation, "none");
  row.emplace_back(value.source);
  table.rows.push_back(row);
}

/// Adds the values of a file whose rows are data sets.
void add_listed(ReportTable& table, const std::string& name, const std::set<std::string>& datasets) {
  for (const auto& [place, value] : published(name))
    if (datasets.contains(place.first)) add_published(table, place.first, place.second, value);
}

}  // namespace

ReportTable rates_table(const std::vector<Comparison>& comparisons) {
  ReportTable table{
      "chen2018-table4",
      "Chen et al. 2018, Table 4: rates",
      "The rates with which each method was run beside those of the paper. Chosen: as given, or with "
      "--select by the accuracy of the validation clients, out of so many candidates.",
      {{"setting", "setting"}, {"method", "method"}},
      {}};
  for (const Rate& rate : rates) {
    const std::string key = rate.name;
    table.columns.insert(table.columns.end(),
                         {{rate.title, ""}, {"", key}, {"published", ""}, {"", "published_" + key}});
  }
  table.columns.insert(table.columns.end(),
                       {{"chosen", "chosen"}, {"candidates", "candidates", Format::integer}});
  for (const Comparison& comparison : comparisons)
    for (const Method& method : comparison.methods)
      if (method.grid || has_published_rate(comparison, method))
        table.rows.push_back(rates_row(comparison, method));
  return table;
}

ReportTable external_table(const std::vector<Comparison>& comparisons) {
  auto table = list_table(
      "external", "External results",
      "Results of other programs on data of the same name, for orientation: networks, clients, divisions and "
      "rounds are their own, so none of them is a reference for the runs above. Accuracies in percent. "
      "results/published has them all.");
  const auto datasets = datasets_of(comparisons);
  for (const Layout& layout : layouts()) {
    if (!layout.external) continue;
    const auto& values = published(layout.name);
    for (const auto& column : layout.columns)
      for (const auto& row : layout.rows)
        if (const auto found = values.find({row.title, column.title});
            found != values.end() && datasets.contains(column.dataset) && column.shows == "accuracy")
          add_published(table, column.dataset, row.title + ", " + column.title, found->second);
  }
  add_listed(table, "external", datasets);
  return table;
}

ReportTable claims_table(const std::vector<Comparison>& comparisons) {
  auto table = list_table("claims", "What the papers say in words",
                          "Numbers that stand in the papers' text alone, on the data sets at hand.");
  add_listed(table, "claims", datasets_of(comparisons));
  return table;
}

}  // namespace fedmeta::report

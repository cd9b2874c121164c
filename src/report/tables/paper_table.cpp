#include "report/tables/paper_table.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>

#include "report/pooling/seed_curves.hpp"
#include "report/pooling/statistics.hpp"
#include "report/tables/cells.hpp"
#include "report/tables/layout_match.hpp"
#include "report/tables/published.hpp"

namespace fedmeta::report {
namespace {

/// A cell of the table, before it is shown.
struct Cell {
  Runs runs;
  std::string status;  ///< "shown", or what is missing: "not run"
  Summary value;       ///< in percent where it is a fraction, or in rounds
  std::optional<Published> published;
};

/// The evaluated clients that a column shows.
std::string split_of(const Runs& runs, const LayoutColumn& column) {
  return column.split.value_or(runs.comparison->split);
}

/// Returns a run's value for a column: that of its last evaluation, or the first round with one so high.
std::optional<double> shown_value(const record::Run& run, const std::string& split,
                                  const LayoutColumn& column) {
  const auto value = find_measure(column.shows)->value;
  if (column.reaches) {
    for (const auto& row : run.evaluations)
      if (row.split == split && row.*value >= *column.reaches) return row.round;
    return {};
  }
  const auto curve = smoothed_curve(run, split, value, column.smoothing);
  const auto* last = last_evaluation({&run, nullptr}, split);
  if (!last || !std::isfinite(last->*value)) return {};
  return column.shows.ends_with("loss") ? curve.rbegin()->second : 100 * curve.rbegin()->second;
}

std::string missing(const std::vector<double>& values, std::size_t complete, const LayoutColumn& column) {
  if (complete == 0) return "not complete";
  if (column.reaches)
    return values.empty() ? "not reached" : fmt::format("reached by {} of {} seeds", values.size(), complete);
  return values.empty() ? "not evaluated" : fmt::format("of {} of {} seeds", values.size(), complete);
}

Cell cell_of(const Runs& runs, const LayoutColumn& column) {
  Cell cell{runs, "not run", {}, {}};
  if (!runs.method) return cell;
  const auto split = split_of(runs, column);
  const auto evaluated = [&](const Member& member) { return last_evaluation(member, split) != nullptr; };
  std::vector<double> values;
  for (const Member& member : runs.method->members)
    if (const auto* shown = showing(*runs.method, member, evaluated))
      if (const auto value = shown_value(*shown->run, split, column)) values.push_back(*value);
  const auto complete = runs.method->members.size();
  const bool all = complete > 0 && values.size() == complete;
  cell.status = all ? "shown" : missing(values, complete, column);
  if (all) cell.value = summarise(values);
  return cell;
}

/// Returns how many clients of the evaluated split there are.
double evaluated_clients(const Runs& runs, const LayoutColumn& column) {
  const auto& roles = all_seeds(*runs.method).front().source->results.data.role;
  const auto split = split_of(runs, column);
  const std::uint8_t role = split == "test" ? 2 : split == "train" ? 0 : 1;
  return static_cast<double>(std::count(roles.begin(), roles.end(), role));
}

std::string with_deviation(double value, const std::optional<double>& deviation) {
  return deviation ? fmt::format("{} ± {}", plain(value, 2), plain(*deviation, 2)) : plain(value, 2);
}

std::string here(const Cell& cell) {
  return cell.status == "shown" ? with_deviation(cell.value.mean, cell.value.deviation) : cell.status;
}

std::optional<double> difference(const Cell& cell) {
  if (cell.status != "shown" || !cell.published) return {};
  return cell.value.mean - cell.published->value;
}

ReportTable shown_table(const Layout& layout) {
  ReportTable table{
      layout.name,
      layout.title,
      layout.caption +
          " Here: mean over complete seeds ± sample standard deviation (n - 1), without it for one "
          "seed. Difference: here less published.",
      {{"method", ""}, {"value", ""}},
      {}};
  for (const auto& column : layout.columns) table.columns.push_back({column.title, ""});
  return table;
}

ReportTable values_table(const Layout& layout) {
  return {layout.name,
          layout.title,
          "",
          {{"", "row"},
           {"", "column"},
           {"", "value"},
           {"", "sd"},
           {"", "seeds"},
           {"", "published"},
           {"", "published_sd"},
           {"", "difference"},
           {"", "status"},
           {"", "clients"},
           {"", "method"},
           {"", "dataset"},
           {"", "source"},
           {"", "published_source"}},
          {}};
}

std::vector<TableCell> values_row(const LayoutRow& row, const LayoutColumn& column, const Cell& cell) {
  const bool run = cell.runs.method, all = cell.status == "shown";
  return {row.title,
          column.title,
          all ? TableCell(cell.value.mean) : TableCell(),
          optional_number(cell.value.deviation),
          run ? TableCell(static_cast<double>(cell.runs.method->members.size())) : TableCell(0.0),
          cell.published ? TableCell(cell.published->value) : TableCell(),
          cell.published ? optional_number(cell.published->deviation) : TableCell(),
          optional_number(difference(cell)),
          cell.status,
          run ? TableCell(evaluated_clients(cell.runs, column)) : TableCell(),
          run ? cell.runs.method->name : "",
          column.dataset,
          run ? cell.runs.comparison->setting.source : "",
          cell.published ? cell.published->source : ""};
}

/// Returns one line of the shown table, with a text for each cell.
template <class Text>
std::vector<TableCell> line(const std::string& title, const std::string& what, const std::vector<Cell>& cells,
                            Text text) {
  std::vector<TableCell> row{title, what};
  for (const Cell& cell : cells) row.emplace_back(text(cell));
  return row;
}

/// Adds a method's lines: here, published and the difference; the first alone where nothing was published.
void add_lines(ReportTable& table, const std::string& title, const std::vector<Cell>& cells) {
  table.rows.push_back(line(title, "here", cells, here));
  if (std::none_of(cells.begin(), cells.end(), [](const Cell& cell) { return cell.published.has_value(); }))
    return;
  table.rows.push_back(line("", "published", cells, [](const Cell& cell) {
    return cell.published ? with_deviation(cell.published->value, cell.published->deviation)
                          : std::string("none");
  }));
  table.rows.push_back(line("", "difference", cells, [](const Cell& cell) {
    const auto by = difference(cell);
    return by ? fmt::format("{}{}", std::signbit(*by) ? "" : "+", plain(*by, 2)) : std::string("–");
  }));
}

/// Adds on top, for each column, what data its first runs are of.
void add_data_lines(ReportTable& table, const Layout& layout, const std::vector<std::vector<Cell>>& rows) {
  std::vector<TableCell> source{"data", "source"}, clients{"", "clients evaluated"};
  for (std::size_t c = 0; c < layout.columns.size(); ++c) {
    const auto run = std::ranges::find_if(rows, [&](const auto& row) { return row[c].runs.method; });
    const auto runs = run == rows.end() ? Runs{} : (*run)[c].runs;
    source.emplace_back(runs.method ? runs.comparison->setting.source : "not run");
    clients.emplace_back(runs.method ? plain(evaluated_clients(runs, layout.columns[c]), 0) : "not run");
  }
  table.rows.insert(table.rows.begin(), {source, clients});
}

/// Columns that are of the same data: their cells should be of the same runs.
bool alike(const LayoutColumn& a, const LayoutColumn& b) {
  return a.dataset == b.dataset && a.support == b.support;
}

/// What belongs into a cell, and how many methods would.
struct Choice {
  Runs runs;
  std::size_t methods = 0;
};

/// Returns the runs that fill the most cells of a row, of equal ones those with the most complete seeds.
Choice choose(const Layout& layout, const LayoutRow& row, const LayoutColumn& column,
              const std::vector<Comparison>& comparisons) {
  const auto found = candidates(comparisons, row, column.dataset, column.support);
  const auto filled = [&](const Runs& runs) {
    return std::ranges::count_if(layout.columns, [&](const LayoutColumn& other) {
      return alike(other, column) && cell_of(runs, other).status == "shown";
    });
  };
  const auto best = std::ranges::max_element(found, {}, filled);
  return {best == found.end() ? Runs{} : *best, found.size()};
}

/// Returns a note for each choice of the row among several methods, with the columns that it is for.
std::vector<std::string> choice_notes(const Layout& layout, const LayoutRow& row,
                                      const std::vector<Choice>& choices) {
  std::vector<std::pair<std::string, std::string>> notes;  // what was chosen, columns
  for (std::size_t c = 0; c < choices.size(); ++c) {
    if (choices[c].methods < 2) continue;
    const auto text = fmt::format("{} methods belong here; {} of {} is shown", choices[c].methods,
                                  choices[c].runs.method->name, choices[c].runs.comparison->name);
    const auto same = std::ranges::find(notes, text, &std::pair<std::string, std::string>::first);
    if (same == notes.end())
      notes.emplace_back(text, layout.columns[c].title);
    else
      same->second += "; " + layout.columns[c].title;
  }
  std::vector<std::string> lines;
  for (const auto& [text, columns] : notes) lines.push_back(row.title + ", " + columns + ": " + text);
  return lines;
}

}  // namespace

std::optional<PaperTable> paper_table(const Layout& layout, const std::vector<Comparison>& comparisons) {
  PaperTable table{shown_table(layout), values_table(layout), {}};
  const auto& values = published(layout.name);
  std::vector<std::vector<Cell>> rows;
  bool any = false;
  for (const auto& row : layout.rows) {
    auto& cells = rows.emplace_back();
    std::vector<Choice> choices;
    for (const auto& column : layout.columns) {
      choices.push_back(choose(layout, row, column, comparisons));
      Cell cell = cell_of(choices.back().runs, column);
      if (const auto value = values.find({row.title, column.title}); value != values.end())
        cell.published = value->second;
      any = any || cell.runs.method;
      table.values.rows.push_back(values_row(row, column, cell));
      cells.push_back(std::move(cell));
    }
    for (auto& note : choice_notes(layout, row, choices)) table.notes.push_back(std::move(note));
    add_lines(table.shown, row.title, cells);
  }
  if (!any) return {};
  add_data_lines(table.shown, layout, rows);
  if (values.empty())
    table.notes.emplace_back("The published values are not at hand: the table shows what was run.");
  return table;
}

}  // namespace fedmeta::report

#include "record/results_check.hpp"

#include <cmath>
#include <functional>
#include <numeric>
#include <set>
#include <string_view>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cost/phase.hpp"
#include "record/schema.hpp"
#include "record/table.hpp"

namespace fedmeta::record {
namespace {

[[noreturn]] void fail(const std::string& what, const std::string& where) {
  throw Error(Status::own_file, what, where, "the file is damaged: take another copy of it");
}

template <class T>
std::string shown(T value) {
  if constexpr (std::is_integral_v<T>) return std::to_string(value);
  return general(static_cast<double>(value), 9);
}

/// Returns whether a column or an attribute of this name may have the value. Losses may be anything.
template <class T>
bool is_possible(const h5::Field& field, T value) {
  if constexpr (std::is_integral_v<T>) return value >= 0;
  if (std::string_view(field.name).find("accuracy") != std::string_view::npos)
    return value >= 0 && value <= 1;
  const bool is_measured = std::string_view(field.units) != "1";
  return !is_measured || (value >= 0 && std::isfinite(value));
}

template <class T>
void check_value(const h5::Field& field, T value, const std::string& group) {
  if (!is_possible(field, value)) fail("a value is " + shown(value), group + field.name);
}

/// A table in `group`, which ends with a slash. Values of optional columns may be absent.
template <class Row, class T>
void check_column(const std::vector<Row>& rows, const schema::Column<Row, T>& column,
                  const std::string& group, bool optional = false) {
  for (const Row& row : rows) {
    const T& cell = row.*column.member;
    if constexpr (detail::Cell<T>::many) {
      for (const auto value : cell) check_value(column.field, value, group);
    } else if constexpr (!std::is_same_v<T, std::string>) {
      if (!optional || !detail::is_padding(cell)) check_value(column.field, cell, group);
    }
  }
}

template <class Row, class Columns>
void check_columns(const std::vector<Row>& rows, const Columns& columns, const std::string& group,
                   bool optional = false) {
  schema::for_each(columns, [&](const auto& column) { check_column(rows, column, group, optional); });
}

/// A struct of vectors.
template <class Struct, class Columns>
void check_vectors(const Struct& all, const Columns& columns, std::size_t length, const std::string& group) {
  schema::for_each(columns, [&]<class T>(const schema::Column<Struct, std::vector<T>>& column) {
    const auto& values = all.*column.member;
    if (values.size() != length)
      fail(std::to_string(values.size()) + " values, not " + std::to_string(length),
           group + column.field.name);
    if constexpr (!std::is_same_v<T, std::string>)
      for (const T value : values) check_value(column.field, value, group);
  });
}

template <class Row, class T, class Before>
void check_order(const std::vector<Row>& rows, T Row::*member, Before before, const std::string& where) {
  for (std::size_t i = 1; i < rows.size(); ++i)
    if (!before(rows[i - 1].*member, rows[i].*member))
      fail(shown(rows[i].*member) + " follows " + shown(rows[i - 1].*member), where);
}

/// Of rows that state how many rounds had been run.
template <class Row>
void check_reached(const std::vector<Row>& rows, std::size_t rounds, const std::string& where) {
  for (const Row& row : rows)
    if (static_cast<std::size_t>(row.round) > rounds)
      fail("a value is " + shown(row.round) + " where there are " + shown(rounds) + " rounds", where);
}

void check_client(std::int32_t client, std::size_t clients, const std::string& where) {
  if (client < 0 || static_cast<std::size_t>(client) >= clients)
    fail("no client has the index " + std::to_string(client), where);
}

void check_system(const Results& results, const std::string& file) {
  const System& system = results.system;
  const std::string group = file + "system/";
  check_vectors(system, schema::system_columns, system.rank.size(), group);
  if (!system.gemm_flops_per_second_end.empty())
    check_vectors(system, std::tuple{schema::gemm_end_column}, system.rank.size(), group);
  schema::for_each(schema::later_system_columns, [&](const auto& column) {
    if (!(system.*column.member).empty())
      check_vectors(system, std::tuple{column}, system.rank.size(), group);
  });
  if (system.gpus < -1) fail("a value is " + shown(system.gpus), group + schema::gpus_attribute.name);
  schema::for_each(schema::clock_attributes, [&](const auto& attribute) {
    const double seconds = system.clocks.*attribute.member;
    if (!std::isnan(seconds)) check_value({attribute.name, "s", ""}, seconds, group);
  });
  const auto ranks = results.header.world_size;  // there are more where an earlier part of the run had more
  if (ranks < 1 || static_cast<std::size_t>(ranks) > system.rank.size())
    fail("world_size is " + std::to_string(ranks) + " of " + std::to_string(system.rank.size()) + " ranks",
         file);
}

/// A client of one or more samples has one or more classes, and not more than there are.
void check_classes(const Data& data, std::size_t client, const std::string& group) {
  const auto classes = data.classes[client], samples = data.samples[client];
  if (classes > samples || (classes == 0 && samples > 0) || classes > data.classes_of_all)
    fail("a client has " + shown(classes) + " classes of " + shown(data.classes_of_all) + " in " +
             shown(samples) + " samples",
         group + schema::classes_column.field.name);
}

void check_data(const Data& data, const std::string& file) {
  const std::string group = file + "data/";
  check_vectors(data, schema::data_columns, data.client_id.size(), group);
  if (!data.classes.empty())
    check_vectors(data, std::tuple{schema::classes_column}, data.client_id.size(), group);
  schema::for_each(schema::reading_attributes, [&]<class T>(const schema::Attribute<Data, T>& attribute) {
    if constexpr (std::is_integral_v<T>)
      check_value({attribute.name, "1", ""}, data.*attribute.member, group);
  });
  for (std::size_t i = 0; i < data.client_id.size(); ++i) {
    if (i > 0 && data.client_id[i] <= data.client_id[i - 1])
      fail("the ids do not ascend: " + data.client_id[i] + " follows " + data.client_id[i - 1],
           group + "client_id");
    if (data.role[i] > 2) fail("a role is " + shown(data.role[i]), group + "role");
    if (data.support[i] > data.samples[i])
      fail("a client has " + shown(data.support[i]) + " of " + shown(data.samples[i]) + " samples",
           group + "support");
    if (!data.classes.empty()) check_classes(data, i, group);
  }
}

void check_rounds(const std::vector<cost::RoundRow>& rounds, std::size_t clients, const std::string& group) {
  check_columns(rounds, schema::round_columns, group);
  check_columns(rounds, schema::later_round_columns, group, true);
  for (std::size_t i = 0; i < rounds.size(); ++i)
    if (static_cast<std::size_t>(rounds[i].round) != i + 1)
      fail("row " + shown(i + 1) + " is round " + shown(rounds[i].round), group + "round");
  for (const auto& row : rounds) {
    for (const auto client : row.clients) check_client(client, clients, group + "clients");
    const auto sum = std::accumulate(row.client_flops.begin(), row.client_flops.end(), std::int64_t{0});
    if (!row.client_flops.empty() && sum != row.flops)
      fail("the sum is " + shown(sum) + " where `flops` is " + shown(row.flops), group + "client_flops");
  }
}

/// Nothing is evaluated after a round that was not run, nor twice after the same. Of a killed run the reader
/// has left such evaluations out.
void check_evaluations(const std::vector<cost::EvaluationRow>& evaluations, std::size_t rounds,
                       const std::string& group) {
  check_columns(evaluations, schema::evaluation_columns, group);
  check_columns(evaluations,
                std::tuple{schema::evaluation_top4, schema::evaluation_initial_client_mean,
                           schema::evaluation_initial_loss},
                group, true);
  check_order(evaluations, &cost::EvaluationRow::round, std::less_equal<>(), group + "round");
  check_reached(evaluations, rounds, group + "round");
  std::set<std::pair<std::string, std::int32_t>> seen;
  for (const auto& row : evaluations)
    if (!seen.insert({row.split, row.round}).second)
      fail("round " + shown(row.round) + " of `" + row.split + "` is there twice", group + "round");
}

void check_rows(const Run& run, std::size_t clients, const std::string& group) {
  check_rounds(run.rounds, clients, group + "rounds/");
  check_evaluations(run.evaluations, run.rounds.size(), group + "evaluations/");
  check_columns(run.clients, schema::client_columns, group + "clients/");
  check_columns(run.clients, std::tuple{schema::client_top4, schema::client_flops}, group + "clients/", true);
  for (const auto& row : run.clients) check_client(row.client, clients, group + "clients/client");
  check_columns(run.curve, schema::curve_columns, group + schema::curve_group + "/");
  check_order(run.curve, &cost::CurveRow::epochs, std::less<>(), group + schema::curve_group + "/epochs");
  check_columns(run.self_curve, schema::self_curve_columns, group + schema::self_curve_group + "/");
  check_order(run.self_curve, &cost::SelfCurveRow::step, std::less<>(),
              group + schema::self_curve_group + "/step");
}

void check_phases(const Phases& phases, const std::string& group) {
  check_vectors(phases, std::tuple{schema::phase_seconds}, cost::phases, group);
  if (phases.energy_joules.empty()) return;
  auto measured = phases;
  for (double& joules : measured.energy_joules)
    if (std::isnan(joules)) joules = 0;
  check_vectors(measured, std::tuple{schema::phase_energy}, cost::phases, group);
}

void check_target(const cost::TargetRow& target, std::size_t rounds, const std::string& group) {
  check_columns(std::vector{target}, schema::target_columns, group);
  check_reached(std::vector{target}, rounds, group + "round");
}

void check_run(const Run& run, const Results& results, const std::string& file) {
  const std::string group =
      file + "runs/" + run.header.algorithm + "/seed" + std::to_string(run.header.seed) + "/";
  for (const auto value : {run.header.parameters, run.header.forward_flops_per_sample})
    if (value < 0) fail("the number of parameters or of FLOPs is " + shown(value), group);
  check_rows(run, results.data.client_id.size(), group);
  if (run.phases) check_phases(*run.phases, group + schema::phases_group + "/");
  if (run.target) check_target(*run.target, run.rounds.size(), group + "target/");
  if (results.header.status == "complete" && run.status != "complete")
    fail("the run is `" + run.status + "` in a file that is complete", group);
}

}  // namespace

void check_results(const Results& results, const std::string& file) {
  check_system(results, file);
  check_data(results.data, file);
  for (const Run& run : results.runs) check_run(run, results, file);
}

}  // namespace fedmeta::record

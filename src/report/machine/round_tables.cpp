#include "report/machine/round_tables.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "cost/phase.hpp"
#include "report/pooling/over_seeds.hpp"

namespace fedmeta::report {
namespace {

constexpr const char* no_rounds = "no rounds";
constexpr std::size_t ranks_on_page = 16, compute_column = 6;  ///< of the table of ranks

/// Returns a run's amount a round.
std::optional<double> a_round(const Member& member, std::optional<double> amount) {
  const auto rounds = static_cast<double>(member.run->rounds.size());
  if (rounds == 0 || !amount) return {};
  return *amount / rounds;
}

Value of_total(double Total::*value) {
  return [value](const Member& member) { return a_round(member, total(*member.run).*value); };
}

/// Of the seconds of a round, what no phase has: sampling clients and placing them. Less than a nanosecond,
/// which no clock here tells, is rounding.
std::optional<double> rest(const Member& member) {
  const auto sum = total(*member.run);
  const auto seconds = a_round(member, sum.seconds - sum.seconds_broadcast - sum.seconds_compute -
                                           sum.seconds_reduce - sum.seconds_update);
  return seconds && std::abs(*seconds) < 1e-9 ? std::optional(0.0) : seconds;
}

using RankSeconds = std::vector<double> cost::RoundRow::*;

/// Returns the seconds of each rank, summed over the rounds; empty where they were not recorded, or where the
/// ranks changed.
std::vector<double> rank_seconds(const Member& member, RankSeconds column) {
  const auto ranks = member.source->results.system.rank.size();
  std::vector<double> sums(ranks, 0.0);
  for (const auto& row : member.run->rounds) {
    if ((row.*column).size() != ranks) return {};
    for (std::size_t r = 0; r < ranks; ++r) sums[r] += (row.*column)[r];
  }
  return member.run->rounds.empty() ? std::vector<double>{} : sums;
}

double mean_of(const std::vector<double>& values) {
  return summarise(values).mean;
}

std::optional<double> mean_wait(const Member& member) {
  const auto seconds = rank_seconds(member, &cost::RoundRow::rank_seconds_wait);
  return seconds.empty() ? std::nullopt : a_round(member, mean_of(seconds));
}

/// The seconds a round of one rank.
Value of_rank(std::size_t rank, RankSeconds column) {
  return [rank, column](const Member& member) -> std::optional<double> {
    const auto seconds = rank_seconds(member, column);
    return seconds.empty() ? std::nullopt : a_round(member, seconds[rank]);
  };
}

std::vector<std::vector<TableCell>> rank_rows(const MachineRuns& runs) {
  std::vector<std::vector<TableCell>> rows;
  const auto& system = runs.on.runs.members.front().source->results.system;
  for (std::size_t r = 0; r < system.rank.size(); ++r)
    rows.push_back({runs.comparison->title, runs.on.runs.name, static_cast<double>(system.rank.size()),
                    static_cast<double>(system.rank[r]), system.host[r], system.device[r],
                    mean_cell(runs, of_rank(r, &cost::RoundRow::rank_seconds_compute), "the ranks changed"),
                    mean_cell(runs, of_rank(r, &cost::RoundRow::rank_seconds_wait), not_recorded),
                    mean_cell(runs, balance, "the ranks changed")});
  return rows;
}

/// Leaves the rows of those that compute most.
void shorten(std::vector<std::vector<TableCell>>& rows) {
  const auto seconds = [](const std::vector<TableCell>& row) {
    const double* value = std::get_if<double>(&row[compute_column]);
    return value ? *value : 0;
  };
  std::stable_sort(rows.begin(), rows.end(),
                   [&](const auto& a, const auto& b) { return seconds(a) > seconds(b); });
  rows.resize(ranks_on_page);
}

/// Returns "computing, 81% of the round".
std::string limit_of(const MachineRuns& runs) {
  const std::array<std::pair<const char*, double Total::*>, 4> parts{
      {{"computing", &Total::seconds_compute},
       {"broadcast", &Total::seconds_broadcast},
       {"reduction", &Total::seconds_reduce},
       {"server step", &Total::seconds_update}}};
  const double whole = over_runs(runs, of_total(&Total::seconds)).mean;
  if (whole <= 0) return no_rounds;
  const auto seconds = [&](const auto& part) { return over_runs(runs, of_total(part.second)).mean; };
  const auto most = std::max_element(parts.begin(), parts.end(),
                                     [&](const auto& a, const auto& b) { return seconds(a) < seconds(b); });
  return fmt::format("{}, {}% of the round", most->first, plain(100 * seconds(*most) / whole, 0));
}

/// Returns why a number of the rounds is missing.
const char* why_missing(const MachineRuns& runs, const char* of_rounds) {
  return over_runs(runs, of_total(&Total::seconds)).count == 0 ? no_rounds : of_rounds;
}

double gemm_rate(const Member& member) {
  const auto& rates = member.source->results.system.gemm_flops_per_second;
  return std::accumulate(rates.begin(), rates.end(), 0.0);
}

/// FLOP/s, over the seconds that `seconds` names.
Value rate(double Total::*flops, double Total::*seconds) {
  return [flops, seconds](const Member& member) -> std::optional<double> {
    const auto sum = total(*member.run);
    return sum.*seconds > 0 ? std::optional(sum.*flops / (sum.*seconds)) : std::nullopt;
  };
}

/// The efficiency that a run would have if its rounds were computing alone.
std::optional<double> efficiency_computing(const Member& member) {
  const auto sum = total(*member.run);
  const auto whole = efficiency(member, sum.flops);
  if (!whole || sum.seconds_compute <= 0) return {};
  return *whole * sum.seconds / sum.seconds_compute;
}

}  // namespace

std::optional<double> balance(const Member& member) {
  const auto ranks = member.source->results.system.rank.size();
  double mean = 0, slowest = 0;
  for (const auto& row : member.run->rounds) {
    const auto& seconds = row.rank_seconds_compute;
    if (seconds.size() != ranks || seconds.empty()) return {};
    mean += mean_of(seconds);
    slowest += *std::max_element(seconds.begin(), seconds.end());
  }
  if (slowest <= 0) return {};
  return mean / slowest;
}

double evaluation_seconds(const record::Run& run) {
  return std::accumulate(run.evaluations.begin(), run.evaluations.end(), 0.0,
                         [](double sum, const auto& row) { return sum + row.seconds; });
}

std::optional<double> checkpoint_seconds(const record::Run& run) {
  double sum = 0;
  for (const auto& row : run.rounds) sum += row.seconds_checkpoint;
  return known(sum);
}

std::optional<double> setup_seconds(const record::Run& run) {
  if (!run.phases) return {};
  return run.phases->seconds[static_cast<std::size_t>(cost::Phase::setup)];
}

ReportTable round_table(const std::vector<MachineRuns>& all) {
  ReportTable table{
      "machine-rounds",
      "Seconds a round",
      "Mean over the complete runs on a machine. A round is broadcast, computing on the slowest rank, "
      "reduction, the server's step, and the rest: sampling and placing clients, a little below 0 where the "
      "slowest rank began later than rank 0. Waiting, the ranks' mean, is part of these: the time that a "
      "rank waited for others. Not in the round: evaluation and checkpoints, spread over the rounds. Setup, "
      "once a run: the checks before the first round.",
      first_columns(),
      {}};
  table.columns.insert(table.columns.end(), {{"rounds", "rounds", Format::significant},
                                             {"seconds", "seconds", Format::significant},
                                             {"broadcast", "seconds_broadcast", Format::significant},
                                             {"compute", "seconds_compute", Format::significant},
                                             {"reduce", "seconds_reduce", Format::significant},
                                             {"update", "seconds_update", Format::significant},
                                             {"rest", "seconds_rest", Format::significant},
                                             {"wait", "seconds_wait", Format::significant},
                                             {"evaluation", "seconds_evaluation", Format::significant},
                                             {"checkpoint", "seconds_checkpoint", Format::significant},
                                             {"setup", "seconds_setup", Format::significant}});
  for (const auto& runs : all) {
    auto row = first_cells(runs);
    const auto add = [&](const Value& value, const char* missing) {
      row.push_back(mean_cell(runs, value, missing));
    };
    add([](const Member& m) { return std::optional(static_cast<double>(m.run->rounds.size())); }, no_rounds);
    for (double Total::*value : {&Total::seconds, &Total::seconds_broadcast, &Total::seconds_compute,
                                 &Total::seconds_reduce, &Total::seconds_update})
      add(of_total(value), no_rounds);
    add(rest, no_rounds);
    add(mean_wait, why_missing(runs, not_recorded));
    add([](const Member& m) { return a_round(m, evaluation_seconds(*m.run)); }, no_rounds);
    add([](const Member& m) { return a_round(m, checkpoint_seconds(*m.run)); },
        why_missing(runs, not_recorded));
    add([](const Member& m) { return setup_seconds(*m.run); }, not_recorded);
    table.rows.push_back(std::move(row));
  }
  return table;
}

LongTable rank_table(const std::vector<MachineRuns>& all) {
  LongTable tables;
  tables.values = {
      "machine-ranks",
      "Ranks",
      "Seconds a round that each rank computed and waited for others, mean over the complete runs on a "
      "machine. Balance: the ranks' mean of computing over that of the slowest rank of each round; 1 where "
      "all have the same to do.",
      {{"setting", "setting"},
       {"method", "method"},
       {"of ranks", "ranks", Format::integer},
       {"rank", "rank", Format::integer},
       {"host", "host"},
       {"device", "device"},
       {"compute (s)", "seconds_compute", Format::significant},
       {"wait (s)", "seconds_wait", Format::significant},
       {"balance", "balance", Format::significant}},
      {}};
  tables.shown = tables.values;
  tables.shown.caption += fmt::format(
      " Of more than {} ranks the page has those that compute most, the CSV file all.", ranks_on_page);
  for (const auto& runs : all) {
    if (over_runs(runs, of_total(&Total::seconds)).count == 0) continue;  // no rounds
    auto rows = rank_rows(runs);
    tables.values.rows.insert(tables.values.rows.end(), rows.begin(), rows.end());
    if (rows.size() > ranks_on_page) shorten(rows);
    tables.shown.rows.insert(tables.shown.rows.end(), rows.begin(), rows.end());
  }
  return tables;
}

ReportTable efficiency_table(const std::vector<MachineRuns>& all) {
  ReportTable table{
      "machine-efficiency",
      "Efficiency",
      "Training FLOP/s, by the method's formula and as carried out, beside the rate of sgemm on all ranks "
      "(the run's threads and precision), which stands for the roof of this machine. "
      "Efficiency: formula over roof, in whole rounds and while computing; it can exceed 1, since exact "
      "algebra saves products; withheld where the rate is not known, drifted by more than 30%, or is of "
      "other ranks. Limited by: the part of the round that takes most of it.",
      first_columns(),
      {}};
  table.columns.insert(table.columns.end(), {{"FLOP/s", "flops_per_second", Format::prefixed},
                                             {"executed", "flops_executed_per_second", Format::prefixed},
                                             {"sgemm", "gemm_flops_per_second", Format::prefixed},
                                             {"efficiency", "efficiency", Format::significant},
                                             {"executed", "efficiency_executed", Format::significant},
                                             {"computing", "efficiency_computing", Format::significant},
                                             {"limited by", "limited_by"}});
  for (const auto& runs : all) {
    auto row = first_cells(runs);
    const auto add = [&](const Value& value, const char* missing) {
      row.push_back(mean_cell(runs, value, missing));
    };
    const auto share = [](double Total::*flops) {
      return [flops](const Member& m) { return efficiency(m, total(*m.run).*flops); };
    };
    add(rate(&Total::flops, &Total::seconds), no_rounds);
    add(rate(&Total::flops_executed, &Total::seconds), no_rounds);
    add([](const Member& m) { return std::optional(gemm_rate(m)); }, not_recorded);
    const auto* withheld = why_missing(runs, "withheld");
    add(share(&Total::flops), withheld);
    add(share(&Total::flops_executed), withheld);
    add(efficiency_computing, withheld);
    row.emplace_back(limit_of(runs));
    table.rows.push_back(std::move(row));
  }
  return table;
}

}  // namespace fedmeta::report

#include "programs/bench/summary.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include "programs/bench/text_table.hpp"

namespace fedmeta::programs {
namespace {

using Runs = std::vector<const record::Run*>;

/// The runs of each algorithm, in the order of the file.
std::vector<Runs> by_algorithm(const Summary& summary) {
  std::vector<Runs> groups;
  for (const auto& run : summary.runs) {
    if (groups.empty() || groups.back().front()->header.algorithm != run.header.algorithm)
      groups.emplace_back();
    groups.back().push_back(&run);
  }
  return groups;
}

template <class F>
double mean(const Runs& runs, F value) {
  double sum = 0;
  for (const auto* run : runs) sum += value(*run);
  return sum / static_cast<double>(runs.size());
}

/// Mean over the seeds; nothing where one of them never reached its target.
template <class F>
std::optional<double> mean_to_target(const Runs& runs, F value) {
  if (!std::all_of(runs.begin(), runs.end(), [](const auto* run) { return run->target.has_value(); }))
    return {};
  return mean(runs, [&](const record::Run& run) { return static_cast<double>(value(*run.target)); });
}

/// A mean of whole numbers, in as few decimals as it needs.
std::string mean_of_counts(double value) {
  return decimal(value, value == std::floor(value) ? 0 : 2);
}

double seconds(const record::Run& run) {
  return std::accumulate(run.rounds.begin(), run.rounds.end(), 0.0,
                         [](double sum, const auto& row) { return sum + row.seconds; });
}

template <class F>
double total(const record::Run& run, F column) {
  return std::accumulate(run.rounds.begin(), run.rounds.end(), 0.0,
                         [&](double sum, const auto& row) { return sum + static_cast<double>(column(row)); });
}

double tasks_per_second(const record::Run& run) {
  return total(run, [](const auto& row) { return row.clients.size(); }) / seconds(run);
}

double efficiency(const record::Run& run, double gemm) {
  return total(run, [](const auto& row) { return row.flops; }) / (seconds(run) * gemm);
}

double efficiency_executed(const record::Run& run, double gemm) {
  return total(run, [](const auto& row) { return row.flops_executed; }) / (seconds(run) * gemm);
}

const cost::EvaluationRow& last(const record::Run& run) {
  return run.evaluations.back();
}

/// A number, or a dash where there is none.
std::string shown(double value, int decimals) {
  return std::isfinite(value) ? decimal(value, decimals) : "-";
}

bool counts_top4(const Summary& summary) {
  return std::any_of(summary.runs.begin(), summary.runs.end(),
                     [](const auto& run) { return std::isfinite(last(run).accuracy_top4); });
}

double top4(const Runs& runs) {
  return mean(runs, [](const auto& run) { return last(run).accuracy_top4; });
}

/// What its clients spent on training from scratch, for a method that does: self.
double local_flops(const record::Run& run) {
  return std::accumulate(run.clients.begin(), run.clients.end(), 0.0, [](double sum, const auto& client) {
    return sum + static_cast<double>(std::max<std::int64_t>(0, client.flops));
  });
}

/// The costs of rounds in the comparison table; dashes where there are no rounds.
std::vector<std::string> round_columns(const Summary& summary, const Runs& runs) {
  const auto rounds = static_cast<double>(runs.front()->rounds.size());
  if (rounds == 0) return std::vector<std::string>(6, "-");
  const auto reached = mean_to_target(runs, [](const auto& t) { return t.round; });
  const auto per_round = [&](auto column) {
    return with_prefix(mean(runs, [&](const auto& run) { return total(run, column); }) / rounds);
  };
  const auto rate = [&](const auto& run) { return efficiency(run, summary.gemm_flops_per_second); };
  return {reached ? mean_of_counts(*reached) + " rounds" : "not reached",
          per_round([](const auto& r) { return r.flops; }),
          per_round([](const auto& r) { return r.bytes_down + r.bytes_up; }) + "B",
          decimal(mean(runs, seconds) / rounds, 3),
          decimal(mean(runs, tasks_per_second), 2),
          summary.efficiency_trusted ? decimal(mean(runs, rate), 3) : "-"};
}

}  // namespace

std::string comparison_table(const Summary& summary, int columns) {
  const bool with_top4 = counts_top4(summary);
  std::vector<std::string> heads{"algorithm", "before", "accuracy"};
  if (with_top4) heads.emplace_back("top 4");
  for (const auto* head :
       {"client mean", "loss", "to target", "FLOP/round", "bytes/round", "s/round", "tasks/s", "efficiency"})
    heads.emplace_back(head);
  std::vector<std::vector<std::string>> rows{heads};
  for (const auto& runs : by_algorithm(summary)) {
    std::vector<std::string> row{
        runs.front()->header.algorithm,
        decimal(mean(runs, [](const auto& r) { return last(r).initial_accuracy; }), 4),
        decimal(mean(runs, [](const auto& r) { return last(r).accuracy; }), 4)};
    if (with_top4) row.push_back(shown(top4(runs), 4));
    row.push_back(decimal(mean(runs, [](const auto& r) { return last(r).accuracy_client_mean; }), 4));
    row.push_back(shown(mean(runs, [](const auto& r) { return last(r).loss; }), 3));
    for (auto& cell : round_columns(summary, runs)) row.push_back(std::move(cell));
    rows.push_back(std::move(row));
  }
  std::string heading = "Accuracy on " + last(summary.runs.front()).split +
                        " clients after the last round, before and after adapting to the support set";
  if (summary.source == "generated") heading += " (generated data)";
  return wrapped(heading + "\n", columns, 0) + "\n" + text_table(rows, columns) + "\n";
}

std::string figures_of_merit(const Summary& summary) {
  std::string text;
  for (const auto& runs : by_algorithm(summary)) {
    const auto line = [&](const std::string& metric, const std::string& value, const std::string& unit) {
      text += "FOM " + runs.front()->header.algorithm + "." + metric + " = " + value + " " + unit + "\n";
    };
    const auto to_target = [&](const std::string& metric, const std::string& unit, auto column) {
      const auto value = mean_to_target(runs, column);
      line(metric, value ? mean_of_counts(*value) : "none", unit);
    };
    const double gemm = summary.gemm_flops_per_second;
    line("accuracy", decimal(mean(runs, [](const auto& r) { return last(r).accuracy; }), 6), "fraction");
    line("initial_accuracy", decimal(mean(runs, [](const auto& r) { return last(r).initial_accuracy; }), 6),
         "fraction");
    if (std::isfinite(top4(runs))) line("accuracy_top4", decimal(top4(runs), 6), "fraction");
    if (runs.front()->rounds.empty()) {
      const auto flops = mean(runs, local_flops);
      if (flops > 0) line("local_flops", decimal(flops, 0), "FLOP");
      continue;
    }
    line("client_tasks_per_second", decimal(mean(runs, tasks_per_second), 6), "1/s");
    line("seconds_per_round",
         decimal(mean(runs, [](const auto& r) { return seconds(r) / static_cast<double>(r.rounds.size()); }),
                 6),
         "s");
    if (summary.efficiency_trusted) {
      line("efficiency", decimal(mean(runs, [&](const auto& r) { return efficiency(r, gemm); }), 6),
           "fraction");
      line("efficiency_executed",
           decimal(mean(runs, [&](const auto& r) { return efficiency_executed(r, gemm); }), 6), "fraction");
    }
    to_target("rounds_to_target", "rounds", [](const auto& t) { return t.round; });
    to_target("bytes_to_target", "B", [](const auto& t) { return t.bytes; });
    to_target("flops_to_target", "FLOP", [](const auto& t) { return t.flops; });
  }
  return text;
}

std::string verdict(const std::string& reasons) {
  return reasons.empty() ? "RESULT: VALID\n" : "RESULT: INVALID (" + reasons + ")\n";
}

}  // namespace fedmeta::programs

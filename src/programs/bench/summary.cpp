#include "programs/bench/summary.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "algorithms/descriptor.hpp"
#include "base/text.hpp"
#include "programs/bench/text_table.hpp"
#include "report/pooling/over_seeds.hpp"
#include "report/pooling/to_target.hpp"

namespace fedmeta::programs {
namespace {

using cost::EvaluationRow;
using report::Comparison;
using report::Method;
using report::Total;

/// Returns a mean over all seeds, or nothing if one of them has no value.
std::optional<double> of_all(const Method& method, const report::Summary& summary) {
  if (summary.count < method.members.size()) return {};
  return summary.mean;
}

/// A method's figures, of its last evaluation and of its rounds.
struct Figures {
  const Comparison& comparison;
  const Method& method;

  std::optional<double> last(double EvaluationRow::*value) const {
    return of_all(method, report::over_seeds(comparison, method, value));
  }
  double rounds(const std::function<double(const Total&)>& value) const {
    return report::over_seeds(method, value).mean;
  }
  std::optional<double> efficiency(double Total::*flops) const {
    return of_all(method, report::efficiency_over_seeds(method, flops));
  }
  /// Whether any round was trained: not with --rounds 0, and never by a method that knows no rounds.
  bool has_rounds() const { return !method.members.front().run->rounds.empty(); }
  bool knows_rounds() const {
    const auto* descriptor = algorithms::find_descriptor(method.algorithm);
    return descriptor && descriptor->course == algorithms::Course::rounds;
  }
};

/// Returns a mean of whole numbers, with decimals only if needed.
std::string mean_of_counts(double value) {
  return fixed(value, value == std::floor(value) ? 0 : 2);
}

std::string shown(const std::optional<double>& value, int decimals) {
  return value ? fixed(*value, decimals) : "-";
}

std::string rounds_to_target(const Figures& of) {
  if (!of.comparison.setting.target) return "-";
  const auto target = report::to_target(of.comparison, of.method);
  if (!target.exact()) return "not reached";
  return mean_of_counts(target.of(report::Resource::rounds).mean) + " rounds";
}

/// Returns the costs of rounds in the comparison table; dashes if there are no rounds.
std::vector<std::string> round_columns(const Figures& of) {
  if (!of.has_rounds()) return std::vector<std::string>(6, "-");
  const double rounds = of.rounds([](const Total& run) { return run.rounds; });
  return {
      rounds_to_target(of),
      with_prefix(of.rounds([](const Total& run) { return run.flops; }) / rounds),
      with_prefix(of.rounds([](const Total& run) { return run.bytes_down + run.bytes_up; }) / rounds) + "B",
      fixed(of.rounds([](const Total& run) { return run.seconds; }) / rounds, 3),
      fixed(of.rounds(report::client_tasks_per_second), 2),
      shown(of.efficiency(&Total::flops), 3)};
}

}  // namespace

report::Comparison own_comparison(const std::vector<report::Source>& file,
                                  const std::vector<std::string>& algorithms) {
  auto comparison = report::compare(file, {.with_invalid = true}).at(0);
  const auto place = [&](const Method& method) {
    return std::find(algorithms.begin(), algorithms.end(), method.algorithm);
  };
  std::stable_sort(comparison.methods.begin(), comparison.methods.end(),
                   [&](const Method& a, const Method& b) { return place(a) < place(b); });
  return comparison;
}

std::string comparison_table(const Comparison& comparison, int columns) {
  const bool with_top4 =
      std::any_of(comparison.methods.begin(), comparison.methods.end(), [&](const Method& method) {
        return report::over_seeds(comparison, method, &EvaluationRow::accuracy_top4).count > 0;
      });
  std::vector<std::string> heads{"algorithm", "before", "accuracy"};
  if (with_top4) heads.emplace_back("top 4");
  for (const auto* head :
       {"client mean", "loss", "to target", "FLOP/round", "bytes/round", "s/round", "tasks/s", "efficiency"})
    heads.emplace_back(head);
  std::vector<std::vector<std::string>> rows{heads};
  for (const auto& method : comparison.methods) {
    const Figures of{comparison, method};
    std::vector<std::string> row{method.algorithm, shown(of.last(&EvaluationRow::initial_accuracy), 4),
                                 shown(of.last(&EvaluationRow::accuracy), 4)};
    if (with_top4) row.push_back(shown(of.last(&EvaluationRow::accuracy_top4), 4));
    row.push_back(shown(of.last(&EvaluationRow::accuracy_client_mean), 4));
    row.push_back(shown(of.last(&EvaluationRow::loss), 3));
    for (auto& cell : round_columns(of)) row.push_back(std::move(cell));
    rows.push_back(std::move(row));
  }
  std::string heading = "Accuracy on " + comparison.split +
                        " clients after the last round, before and after adapting to the support set";
  if (comparison.setting.source == "generated") heading += " (generated data)";
  return wrapped(heading + "\n", columns, 0) + "\n" + text_table(rows, columns) + "\n";
}

std::string figures_of_merit(const Comparison& comparison) {
  std::string text;
  for (const auto& method : comparison.methods) {
    const Figures of{comparison, method};
    const auto line = [&](const std::string& metric, const std::string& value, const std::string& unit) {
      text += "FOM " + method.algorithm + "." + metric + " = " + value + " " + unit + "\n";
    };
    const auto fraction = [&](const std::string& metric, const std::optional<double>& value) {
      if (value) line(metric, fixed(*value, 6), "fraction");
    };
    fraction("accuracy", of.last(&EvaluationRow::accuracy));
    fraction("initial_accuracy", of.last(&EvaluationRow::initial_accuracy));
    fraction("accuracy_top4", of.last(&EvaluationRow::accuracy_top4));
    if (!of.knows_rounds()) {
      const double flops = report::local_flops_over_seeds(method).mean;
      if (flops > 0) line("local_flops", fixed(flops, 0), "FLOP");
      continue;
    }
    const auto rate = [&](const std::string& metric, const std::function<double(const Total&)>& value,
                          const std::string& unit) {
      line(metric, of.has_rounds() ? fixed(of.rounds(value), 6) : "none", unit);
    };
    rate("client_tasks_per_second", report::client_tasks_per_second, "1/s");
    rate(
        "seconds_per_round", [](const Total& run) { return run.seconds / run.rounds; }, "s");
    for (const auto& [metric, flops] :
         {std::pair("efficiency", &Total::flops), std::pair("efficiency_executed", &Total::flops_executed)}) {
      if (!of.has_rounds()) line(metric, "none", "fraction");
      fraction(metric, of.efficiency(flops));
    }
    const auto target = report::to_target(comparison, method);
    const auto to_target = [&](const std::string& metric, report::Resource resource,
                               const std::string& unit) {
      line(metric, target.exact() ? mean_of_counts(target.of(resource).mean) : "none", unit);
    };
    to_target("rounds_to_target", report::Resource::rounds, "rounds");
    to_target("bytes_to_target", report::Resource::bytes, "B");
    to_target("flops_to_target", report::Resource::flops, "FLOP");
  }
  return text;
}

std::string verdict(const std::string& reasons) {
  return reasons.empty() ? "RESULT: VALID\n" : "RESULT: INVALID (" + reasons + ")\n";
}

}  // namespace fedmeta::programs

#include "report/tables/fairness.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <numeric>

#include "report/pooling/statistics.hpp"

namespace fedmeta::report {
namespace {

double mean_of(std::vector<double>::const_iterator first, std::vector<double>::const_iterator last) {
  return std::accumulate(first, last, 0.0) / static_cast<double>(last - first);
}

/// At least one.
std::ptrdiff_t tenth_of(const std::vector<double>& values) {
  return std::max<std::ptrdiff_t>(
      1, static_cast<std::ptrdiff_t>(std::lround(0.1 * static_cast<double>(values.size()))));
}

double variance(const std::vector<double>& values) {
  const double deviation = summarise(values).deviation.value_or(0);
  return deviation * deviation;
}

/// What the table shows of the clients of a run.
struct Measured {
  ColumnHead head;
  std::function<double(const std::vector<double>&)> of;
};

const std::vector<Measured>& measured() {
  static const std::vector<Measured> all{
      {{"mean", "mean", Format::percent},
       [](const auto& values) { return mean_of(values.begin(), values.end()); }},
      {{"variance", "variance", Format::decimal}, variance},
      {{"10th percentile", "p10", Format::percent},
       [](const auto& values) { return percentile(values, 0.1); }},
      {{"median", "p50", Format::percent}, [](const auto& values) { return percentile(values, 0.5); }},
      {{"90th percentile", "p90", Format::percent},
       [](const auto& values) { return percentile(values, 0.9); }},
      {{"worst tenth", "worst_tenth", Format::percent},
       [](const auto& values) { return mean_of(values.begin(), values.begin() + tenth_of(values)); }},
      {{"best tenth", "best_tenth", Format::percent},
       [](const auto& values) { return mean_of(values.end() - tenth_of(values), values.end()); }},
      {{"share at 100%", "share_at_1", Format::percent}, [](const auto& values) {
         return static_cast<double>(std::count(values.begin(), values.end(), 1.0)) /
                static_cast<double>(values.size());
       }}};
  return all;
}

}  // namespace

std::vector<double> client_accuracies(const record::Run& run) {
  std::vector<double> values;
  for (const cost::ClientRow& row : run.clients)
    if (row.accuracy >= 0 && row.accuracy <= 1) values.push_back(row.accuracy);
  std::sort(values.begin(), values.end());
  return values;
}

double percentile(const std::vector<double>& sorted, double share) {
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place), above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

ReportTable fairness_table(const Comparison& comparison) {
  ReportTable table{
      comparison.name + "-fairness",
      "Accuracy over clients",
      "How the accuracy of single clients spreads at the last evaluation, after adaptation: of each seed, "
      "then mean over complete seeds. Variance: n - 1. Worst and best tenth: mean of those clients.",
      {{"method", "method"}, {"clients", "clients", Format::integer}, {"seeds", "seeds", Format::integer}},
      {}};
  for (const auto& measure : measured()) table.columns.push_back(measure.head);
  for (const Method& method : comparison.methods) {
    std::vector<std::vector<double>> seeds;
    std::vector<double> counts;
    for (const Member& member : method.members)
      if (auto values = client_accuracies(*member.run); !values.empty()) {
        counts.push_back(static_cast<double>(values.size()));
        seeds.push_back(std::move(values));
      }
    if (seeds.empty()) continue;
    std::vector<TableCell> row{method.name, summarise(counts).mean, static_cast<double>(seeds.size())};
    for (const auto& measure : measured()) {
      std::vector<double> values;
      for (const auto& seed : seeds) values.push_back(measure.of(seed));
      row.emplace_back(summarise(values).mean);
    }
    table.rows.push_back(row);
  }
  return table;
}

std::vector<double> kernel_density(const std::vector<double>& sorted, const std::vector<double>& places,
                                   double narrowest) {
  const auto n = static_cast<double>(sorted.size());
  const double quartiles = (percentile(sorted, 0.75) - percentile(sorted, 0.25)) / 1.34,
               deviation = summarise(sorted).deviation.value_or(0),
               spread = quartiles > 0 ? std::min(deviation, quartiles) : deviation,
               width = std::max(narrowest, 0.9 * spread * std::pow(n, -0.2));
  std::vector<double> density;
  for (const double place : places) {
    double sum = 0;
    for (const double value : sorted) {
      const double distance = (place - value) / width;
      sum += std::exp(-0.5 * distance * distance);
    }
    density.push_back(sum / (n * width * std::sqrt(2 * std::numbers::pi)));
  }
  return density;
}

}  // namespace fedmeta::report

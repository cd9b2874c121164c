// Mean and standard deviation over seeds.
#pragma once

#include <cmath>
#include <cstddef>
#include <optional>
#include <vector>

namespace fedmeta::report {

struct Summary {
  double mean = 0;
  std::optional<double> deviation;  ///< sample standard deviation (n - 1); absent for a single value
  std::size_t count = 0;
};

/// Summarises values; `count` is 0 if there are none.
inline Summary summarise(const std::vector<double>& values) {
  Summary summary;
  summary.count = values.size();
  if (values.empty()) return summary;
  for (double value : values) summary.mean += value;
  summary.mean /= static_cast<double>(values.size());  // last, so that a mean of whole numbers is exact
  if (values.size() < 2) return summary;
  double squares = 0;
  for (double value : values) squares += (value - summary.mean) * (value - summary.mean);
  summary.deviation = std::sqrt(squares / static_cast<double>(values.size() - 1));
  return summary;
}

}  // namespace fedmeta::report

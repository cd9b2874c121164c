#include "report/pooling/seed_curves.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

namespace fedmeta::report {

SeedCurve smoothed_curve(const record::Run& run, const std::string& split, double cost::EvaluationRow::*value,
                         double weight) {
  SeedCurve curve;
  std::optional<double> smooth;
  for (const cost::EvaluationRow& row : run.evaluations) {
    if (row.split != split || !std::isfinite(row.*value)) continue;
    smooth = smooth ? weight * *smooth + (1 - weight) * row.*value : row.*value;
    curve[row.round] = *smooth;
  }
  return curve;
}

std::vector<MeanPoint> mean_curve(const std::vector<SeedCurve>& curves) {
  std::vector<MeanPoint> points;
  if (curves.empty()) return points;
  for (const auto& [place, first] : curves.front()) {
    std::vector<double> values;
    for (const SeedCurve& curve : curves)
      if (const auto found = curve.find(place); found != curve.end()) values.push_back(found->second);
    if (values.size() == curves.size()) points.push_back({place, summarise(values)});
  }
  return points;
}

}  // namespace fedmeta::report

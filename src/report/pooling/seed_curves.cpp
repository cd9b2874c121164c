#include "report/pooling/seed_curves.hpp"

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

}  // namespace fedmeta::report

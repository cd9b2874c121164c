// What single seeds reached, evaluation by evaluation, and their mean.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "report/pooling/comparison.hpp"
#include "report/pooling/statistics.hpp"

namespace fedmeta::report {

/// Values of one seed, by round or epoch, finite ones alone.
using SeedCurve = std::map<std::int64_t, double>;

/// Returns a column of a run's evaluations, smoothed as in Flower's baseline (docs/protocols.md A15):
/// s <- w s + (1 - w) x, from the first value on; `weight` 0: as it is.
SeedCurve smoothed_curve(const record::Run& run, const std::string& split, double cost::EvaluationRow::*value,
                         double weight);

struct MeanPoint {
  std::int64_t place;
  Summary over_seeds;
};

/// Returns means at the places at which all curves have a value: a mean over fewer would jump.
std::vector<MeanPoint> mean_curve(const std::vector<SeedCurve>& curves);

}  // namespace fedmeta::report

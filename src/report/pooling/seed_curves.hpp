// A seed's evaluations, smoothed as some sources have them.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "report/pooling/comparison.hpp"

namespace fedmeta::report {

/// Values of one seed, by round, finite ones alone.
using SeedCurve = std::map<std::int64_t, double>;

/// Returns a column of a run's evaluations as an exponential moving average along them, as in Flower's
/// baseline (docs/protocols.md A15): s <- w s + (1 - w) x, from the first value on. The weight 0 smooths
/// nothing.
SeedCurve smoothed_curve(const record::Run& run, const std::string& split, double cost::EvaluationRow::*value,
                         double weight);

}  // namespace fedmeta::report

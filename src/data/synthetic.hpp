// Synthetic data with a linear model per client.
#pragma once

#include <memory>

#include "data/dataset.hpp"

namespace fedmeta::data {

/// 60 numbers; 5 classes for plan.generator "leaf", 10 for "alpha-beta". Of plan.generated, only the number
/// of clients counts: both generators have sizes of their own. Files are LEAF JSON.
/// Throws Error(usage) for another generator, and for impossible alpha or beta.
std::unique_ptr<Dataset> make_synthetic(const DatasetPlan& plan);

}  // namespace fedmeta::data

// Synthetic data with a linear model per client.
#pragma once

#include <memory>

#include "data/dataset.hpp"

namespace fedmeta::data {

/// Returns the synthetic data: 60 numbers, and 5 classes for plan.generator "leaf" or 10 for "alpha-beta". Of
/// plan.generated it uses the number of clients only, since both generators draw their own sizes. Files are
/// LEAF JSON. Throws Error(usage) for another generator, and for impossible alpha or beta.
std::unique_ptr<Dataset> make_synthetic(const DatasetPlan& plan);

}  // namespace fedmeta::data

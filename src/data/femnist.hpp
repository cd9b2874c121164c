// FEMNIST (Caldas et al. 2018): characters by writer.
#pragma once

#include <memory>

#include "data/dataset.hpp"

namespace fedmeta::data {

/// 28 x 28 grey values, background 1, ink towards 0; 0-9, A-Z, a-z.
SampleForm femnist_form();

/// Returns FEMNIST. plan.digits keeps only the labels 0-9, as 10 classes; plan.invert turns x into 1 - x.
/// plan.partition is checked here but applied by the caller that has all clients (data/label_shards.hpp).
/// Throws Error(usage) for an unknown partition.
std::unique_ptr<Dataset> make_femnist(const DatasetPlan& plan);

}  // namespace fedmeta::data

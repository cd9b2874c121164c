// The production task's data (Chen et al. 2018, section 4.3): a CSV log, or prodsim.
#pragma once

#include <memory>

#include "data/dataset.hpp"

namespace fedmeta::data {

/// With `plan.unified` and `plan.log`, counts the log's users and services: throws Error(input) as reading.
std::unique_ptr<Dataset> make_production(const DatasetPlan& plan);

}  // namespace fedmeta::data

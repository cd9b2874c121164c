// The production task's data (Chen et al. 2018, section 4.3): a CSV log, or prodsim.
#pragma once

#include <memory>

#include "data/dataset.hpp"

namespace fedmeta::data {

/// Returns the production data. With `plan.unified` and `plan.log` it counts the users and services of the
/// log, and throws Error(input) like reading it.
std::unique_ptr<Dataset> make_production(const DatasetPlan& plan);

}  // namespace fedmeta::data

// How long a model was trained, whatever its rounds, clients and batches were.
#pragma once

#include <optional>

#include "report/pooling/comparison.hpp"

namespace fedmeta::report {

/// Returns how many times over the first stage of a run read as many samples as the training clients have: in
/// its rounds and in those of the model that it started from, which is taken to have been trained with the
/// run's own options on its clients. Nothing where the file does not say.
std::optional<double> trained_epochs(const Member& member);

}  // namespace fedmeta::report

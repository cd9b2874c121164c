// The trainings of an experiment: methods that train alike share one.
#pragma once

#include <string>
#include <vector>

#include "federate/training.hpp"
#include "settings/settings.hpp"

namespace fedmeta::programs {

/// One training, and the methods as which it is reported.
struct TrainingGroup {
  algorithms::Method method;  ///< of the reported ones, one that adapts, if there is any
  algorithms::Run run;        ///< has no stages if the method has no rounds
  std::vector<federate::View> views;
  std::vector<algorithms::Method> reported;  ///< parallel to the views
};

/// Groups methods that have the same training.
std::vector<TrainingGroup> group_by_training(const std::vector<algorithms::Method>& methods);

/// Returns the methods as which a training is reported: "fedavg, fedavg-meta".
std::string names(const TrainingGroup& group);

/// Returns a training's name on the terminal: its methods, and the seed if there are several.
std::string training_name(const settings::Settings& settings, const TrainingGroup& group, std::int64_t seed);

}  // namespace fedmeta::programs

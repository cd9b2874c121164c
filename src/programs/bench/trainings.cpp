#include "programs/bench/trainings.hpp"

#include <algorithm>
#include <utility>

namespace fedmeta::programs {

std::vector<TrainingGroup> group_by_training(const std::vector<algorithms::Method>& methods) {
  std::vector<TrainingGroup> groups;
  for (const auto& method : methods) {
    auto run = method.make_run();
    const bool adapts = run.stages.empty() || run.last().adapts();
    const auto shared = std::ranges::find_if(groups, [&](const TrainingGroup& group) {
      return method.has_rounds() && group.method.has_rounds() && group.run.trains_as(run);
    });
    if (shared == groups.end()) {
      groups.push_back({method, std::move(run), {{method.name(), adapts}}, {method}});
      continue;
    }
    shared->views.push_back({method.name(), adapts});
    shared->reported.push_back(method);
    if (adapts) {
      shared->method = method;
      shared->run = std::move(run);
    }
  }
  return groups;
}

std::string names(const TrainingGroup& group) {
  std::string names;
  for (const auto& view : group.views) names += (names.empty() ? "" : ", ") + view.algorithm;
  return names;
}

std::string training_name(const settings::Settings& settings, const TrainingGroup& group, std::int64_t seed) {
  const auto name = names(group);
  return settings.seeds.size() > 1 ? name + " seed " + std::to_string(seed) : name;
}

}  // namespace fedmeta::programs

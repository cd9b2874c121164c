#include "algorithms/stages.hpp"

#include <algorithm>

#include "algorithms/algorithm_families.hpp"

namespace fedmeta::algorithms {

std::int64_t Run::rounds() const {
  std::int64_t sum = 0;
  for (const auto& stage : stages) sum += stage.rounds;
  return sum;
}

const Algorithm& Run::algorithm(std::int64_t round) const {
  for (const auto& stage : stages) {
    if (round <= stage.rounds) return *stage.algorithm;
    round -= stage.rounds;
  }
  return last();
}

std::int64_t largest_cohort(const Run& run) {
  std::int64_t most = 0;
  for (const auto& stage : run.stages) most = std::max(most, stage.algorithm->protocol().clients_per_round);
  return most;
}

std::vector<Stage> make_stages(const Protocol& protocol) {
  if (protocol.algorithm == "perfedavg") return make_perfedavg(protocol);
  std::vector<Stage> stages;
  stages.push_back({protocol.rounds, make_algorithm(protocol)});
  return stages;
}

}  // namespace fedmeta::algorithms

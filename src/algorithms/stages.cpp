#include "algorithms/stages.hpp"

#include <algorithm>

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

bool Run::trains_as(const Run& other) const {
  return std::ranges::equal(stages, other.stages, [](const Stage& own, const Stage& others) {
    return own.rounds == others.rounds && own.algorithm->trains_as(*others.algorithm);
  });
}

std::int64_t largest_cohort(const Run& run) {
  std::int64_t most = 0;
  for (const auto& stage : run.stages)
    most = std::max(most, stage.algorithm->round_options().clients_per_round);
  return most;
}

}  // namespace fedmeta::algorithms

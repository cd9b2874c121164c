// Training episodes: each time a client takes part, its records are drawn anew (docs/protocols.md 5.1).
#pragma once

#include <cstdint>

#include "base/random.hpp"
#include "data/resident/batch.hpp"

namespace fedmeta::federate {

struct EpisodeSize {
  std::int64_t samples = 0, support = 0;

  bool operator==(const EpisodeSize&) const = default;
};

/// min(most, half the client's samples), at least 2; 80% of them support, both sets at least 1. Of a client
/// with at least 2 samples.
EpisodeSize episode_size(std::int64_t client_samples, std::int64_t most);

/// So many of the task's rows, drawn without replacement and kept in the order of the task: the first ones
/// are the support set, the rest the query set.
data::Task cut_episode(const data::Task& task, std::int64_t most, Random& draw);

}  // namespace fedmeta::federate

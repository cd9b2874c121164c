// Training episodes: a client's records are drawn anew each time it takes part (docs/protocols.md 5.1).
#pragma once

#include <cstdint>

#include "base/random.hpp"
#include "data/resident/batch.hpp"

namespace fedmeta::federate {

struct EpisodeSize {
  std::int64_t samples = 0, support = 0;

  bool operator==(const EpisodeSize&) const = default;
};

/// Returns min(most, half the client's samples), but at least 2, of which 80% are support; both sets have at
/// least 1. The client must have at least 2 samples.
EpisodeSize episode_size(std::int64_t client_samples, std::int64_t most);

/// Returns an episode of the task's rows, drawn without replacement and kept in the task's order: the first
/// ones are the support set, the rest the query set.
data::Task cut_episode(const data::Task& task, std::int64_t most, Random& draw);

}  // namespace fedmeta::federate

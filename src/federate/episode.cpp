#include "federate/episode.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <numeric>

namespace fedmeta::federate {

EpisodeSize episode_size(std::int64_t client_samples, std::int64_t most) {
  const auto samples = std::max<std::int64_t>(2, std::min(most, client_samples / 2));
  return {samples, std::clamp<std::int64_t>(samples * 4 / 5, 1, samples - 1)};
}

data::Task cut_episode(const data::Task& task, std::int64_t most, Random& draw) {
  const auto size = episode_size(task.all.rows(), most);
  std::vector<std::int64_t> rows(static_cast<std::size_t>(task.all.rows()));
  std::iota(rows.begin(), rows.end(), 0);
  shuffle(rows, draw);
  rows.resize(static_cast<std::size_t>(size.samples));
  std::sort(rows.begin(), rows.end());
  const auto index = at::tensor(rows, at::kLong).to(task.all.y.device());
  return {{task.all.x.index_select(0, index), task.all.y.index_select(0, index), task.all.dropout},
          size.support};
}

}  // namespace fedmeta::federate

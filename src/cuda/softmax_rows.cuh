// What is done for one row, by a team of threads that go through its classes side by side.
#pragma once

#include <cmath>

#include "cuda/on_both.hpp"
#include "cuda/softmax_rows.hpp"

namespace fedmeta::cuda {

// A Team has `size` threads; this one is its `rank`-th. largest(x) and sum(x), of all threads' x, are the
// same in all.

template <class Team>
struct SoftmaxLossesOfRow {
  FEDMETA_ON_BOTH void operator()(const Team& team, std::int64_t row) const {
    const float* const s = scores + row * classes;
    float most = -INFINITY, sum = 0;
    for (std::int64_t c = team.rank; c < classes; c += team.size) most = fmaxf(most, s[c]);
    most = team.largest(most);
    for (std::int64_t c = team.rank; c < classes; c += team.size) sum += expf(s[c] - most);
    sum = team.sum(sum);
    const float of_row = share[row], log_sum = most + logf(sum);
    const auto label = labels[row];
    for (std::int64_t c = team.rank; c < classes; c += team.size) {
      const float p = expf(s[c] - log_sum);
      to.probabilities[row * classes + c] = p;
      to.gradient[row * classes + c] = p * of_row - (c == label ? of_row : 0.0f);
    }
    if (team.rank == 0) to.losses[row] = (log_sum - s[label]) * of_row;
  }

  const float* scores;
  const std::int64_t* labels;
  const float* share;
  std::int64_t classes;
  SoftmaxResults to;
};

template <class Team>
struct SoftmaxAlongOfRow {
  FEDMETA_ON_BOTH void operator()(const Team& team, std::int64_t row) const {
    const float *const p = probabilities + row * classes, *const r = rscores + row * classes;
    float sum = 0;
    for (std::int64_t c = team.rank; c < classes; c += team.size) sum += p[c] * r[c];
    sum = team.sum(sum);
    for (std::int64_t c = team.rank; c < classes; c += team.size)
      out[row * classes + c] = (p[c] * r[c] - p[c] * sum) * share[row];
  }

  const float *probabilities, *share, *rscores;
  std::int64_t classes;
  float* out;
};

}  // namespace fedmeta::cuda

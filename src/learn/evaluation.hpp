// How well parameters do on a set of samples.
#pragma once

#include <cstdint>

#include "learn/engine.hpp"

namespace fedmeta::learn {

struct Score {
  std::int64_t correct = 0;
  std::int64_t samples = 0;
  double loss_sum = 0;  ///< over samples

  Score& operator+=(const Score& other);
};

/// Scores of theta [P] on a batch; in portions, so that memory does not grow with it.
Score evaluate(const Engine& engine, const at::Tensor& theta, const Batch& batch);

}  // namespace fedmeta::learn

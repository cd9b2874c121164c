// How well parameters do on a set of samples.
#pragma once

#include <cstdint>
#include <optional>

#include "learn/engine.hpp"

namespace fedmeta::learn {

struct Score {
  std::int64_t correct = 0;
  std::int64_t samples = 0;
  double loss_sum = 0;  ///< over samples
  /// Samples whose label is among the four highest scores: fewer than four others score higher. Where asked.
  std::optional<std::int64_t> correct_top4 = {};

  Score& operator+=(const Score& other);
};

/// How each client's parameters, [G, P] or the same [P] for all, do on its batch; in portions, so that memory
/// does not grow with it.
std::vector<Score> evaluate(const Engine& engine, const at::Tensor& thetas, const Batches& batches,
                            bool top4 = false);

}  // namespace fedmeta::learn

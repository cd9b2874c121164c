// Loss and accuracy of parameters on sets of samples.
#pragma once

#include <cstdint>
#include <optional>

#include "learn/engine.hpp"

namespace fedmeta::learn {

struct Score {
  std::int64_t correct = 0;
  std::int64_t samples = 0;
  double loss_sum = 0;  ///< over samples
  /// Samples whose label is among the four highest scores: fewer than four others score higher. Only if asked
  /// for.
  std::optional<std::int64_t> correct_top4 = {};

  Score& operator+=(const Score& other);
};

/// Evaluates each client's parameters, [G, P] or [P] for all, on its batch. Works in portions, so that memory
/// does not grow with the batch.
std::vector<Score> evaluate(const Engine& engine, const at::Tensor& thetas, const Batches& batches,
                            bool top4 = false);

}  // namespace fedmeta::learn

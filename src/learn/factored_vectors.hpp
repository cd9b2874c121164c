// Gradients of which one block, a wide layer's weight, is given by its factors: formed as a whole it would go
// to memory and come back before the step that uses it.
#pragma once

#include <ATen/core/Tensor.h>

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "kernels/factor_strips.hpp"

namespace fedmeta::learn {

/// A block of a flat vector [P]: the numbers of left' right, from `offset` on.
struct BlockFactors {
  std::int64_t offset;
  kernels::Factors factors;

  /// Returns the block of a flat vector.
  at::Tensor of(const at::Tensor& vector) const;
  /// Returns the parts of a flat vector before and after the block.
  std::array<at::Tensor, 2> around(const at::Tensor& vector) const;
  /// Writes the numbers into the block of a flat vector.
  void write_into(const at::Tensor& vector) const;
};

/// One vector for each client. Where a client has a block, the numbers in its place are not set.
struct FactoredVectors {
  at::Tensor values;                                ///< [G, P]
  std::vector<std::optional<BlockFactors>> blocks;  ///< of each client; empty if there are none

  /// Returns a client's block, or null.
  const BlockFactors* block(std::size_t client) const;
  /// Sets the numbers of all blocks and returns the vectors.
  const at::Tensor& formed() const;
};

}  // namespace fedmeta::learn

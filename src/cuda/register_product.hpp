// How a block of threads shares a matrix that it keeps in its registers.
#pragma once

#include "cuda/on_both.hpp"

namespace fedmeta::cuda {

constexpr int threads_of_warp = 32, threads_of_block = 512,
              warps_of_block = threads_of_block / threads_of_warp;

FEDMETA_ON_BOTH constexpr int over(int a, int b) {
  return (a + b - 1) / b;
}

/// A matrix [terms, outputs] in pieces: a thread has 4 outputs, side by side, and up to 16 terms of each. The
/// threads of a warp share the terms, so that all of them read the same numbers of a factor, which shared
/// memory serves as one read, good for 16 multiplications. `splits` warps together have all terms.
struct ProductShape {
  static constexpr int most_terms = 16, outputs_of_warp = 4 * threads_of_warp;

  FEDMETA_ON_BOTH constexpr ProductShape(int terms, int outputs)
      : terms(terms),
        outputs(outputs),
        groups(over(outputs, outputs_of_warp)),
        splits(warps_of_block / groups),
        terms_of_warp(splits == 0 ? most_terms + 1 : 4 * over(over(terms, splits), 4)) {}

  FEDMETA_ON_BOTH constexpr bool fits() const { return terms_of_warp <= most_terms; }
  /// Of a row of the factor: zeros follow its terms.
  FEDMETA_ON_BOTH constexpr int width() const { return splits * terms_of_warp; }
  /// Of a row of sums.
  FEDMETA_ON_BOTH constexpr int columns() const { return groups * outputs_of_warp; }
  /// Numbers in the sums of each split [splits, rows, columns].
  FEDMETA_ON_BOTH constexpr int sums(int rows) const { return splits * rows * columns(); }

  int terms, outputs;
  int groups;  ///< of warps: each has other outputs
  int splits;
  int terms_of_warp;
};

}  // namespace fedmeta::cuda

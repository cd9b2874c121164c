// All steps of an LSTM layer, with the products between them, in one launch. Each client has a cluster of
// blocks, and the recurrent weight W [4 hidden, hidden] stays in their registers from the first step to the
// last: cuBLAS reads it again at each step, and pads a client's few rows to 32. Each block owns some hidden
// units and has the rows of their gates in W. With these it computes
//   forward:  all that the product h W' adds to its own gates, from all units' h,
//   backward: what its own da add to all units' dh by the product da W.
// So a step has one exchange within the cluster, of h or of parts of dh.
#pragma once

#include <cstddef>

#include "cuda/lstm_cells.hpp"
#include "cuda/register_product.hpp"

namespace fedmeta::cuda {

/// One W for each client, whose rows follow each other; `stride` numbers from one client to the next.
struct RecurrentWeight {
  const float* values;
  std::int64_t stride;
};

/// Who does what. The number of blocks follows from `hidden` alone, so that sums do not depend on more.
struct LstmLoopPlan {
  static constexpr int most_blocks = 8;  ///< that a cluster may have everywhere

  constexpr LstmLoopPlan(int rows, int hidden, int blocks)
      : rows(rows), hidden(hidden), blocks(blocks), units(over(hidden, blocks)) {}
  /// For the fewest blocks that have room for W.
  static constexpr LstmLoopPlan of(int rows, int hidden) {
    LstmLoopPlan plan(rows, hidden, 1);
    while (plan.blocks < most_blocks && !plan.fits()) plan = {rows, hidden, 2 * plan.blocks};
    return plan;
  }
  static constexpr LstmLoopPlan of(const LstmArrays& a) {
    return of(static_cast<int>(a.rows), static_cast<int>(a.hidden));
  }

  // Gates are in the order of units: 4 unit + gate.
  FEDMETA_ON_BOTH constexpr ProductShape forward() const { return {hidden, 4 * units}; }
  FEDMETA_ON_BOTH constexpr ProductShape backward() const { return {4 * units, hidden}; }
  FEDMETA_ON_BOTH constexpr bool fits() const { return forward().fits() && backward().fits(); }

  // Shared memory of a block, in numbers. First there are the products' sums, and before them W: rows of an
  // odd length, so that threads that read a column find it in different banks.
  FEDMETA_ON_BOTH constexpr int row_of_weight() const { return hidden | 1; }
  FEDMETA_ON_BOTH constexpr int sums(const ProductShape& shape) const {
    const int weight = 4 * units * row_of_weight(), sums = shape.sums(rows);
    return 4 * over(weight > sums ? weight : sums, 4);
  }
  // Then what blocks exchange, twice: a block may be a step ahead of one that still reads.
  FEDMETA_ON_BOTH constexpr int forward_numbers() const {
    return sums(forward()) + 2 * rows * forward().width();
  }
  FEDMETA_ON_BOTH constexpr int backward_numbers() const {
    return sums(backward()) + rows * backward().width() + 2 * blocks * rows * units;
  }

  int rows, hidden;
  int blocks;  ///< of a client's cluster
  int units;   ///< that a block owns; the last ones may have fewer
};

/// Bytes of shared memory that a block may have on this device, or 0 if it knows no clusters.
std::size_t lstm_loop_memory();

/// Whether there is room for such a loop here.
inline bool lstm_loop_fits(std::int64_t rows, std::int64_t hidden) {
  constexpr std::int64_t most_rows = 64, most_hidden = 512;  // more than ever fit
  if (rows > most_rows || hidden > most_hidden) return false;
  const auto plan = LstmLoopPlan::of(static_cast<int>(rows), static_cast<int>(hidden));
  const auto forward = plan.forward_numbers(), backward = plan.backward_numbers();
  return plan.fits() && static_cast<std::size_t>(forward > backward ? forward : backward) * sizeof(float) <=
                            lstm_loop_memory();
}

// For what fits.
void lstm_forward_loop(const LstmArrays& arrays, const RecurrentWeight& weight);
void lstm_backward_loop(const LstmArrays& arrays, const RecurrentWeight& weight);
void lstm_forward_along_loop(const LstmArrays& arrays, const RecurrentWeight& weight);
void lstm_backward_along_loop(const LstmArrays& arrays, const RecurrentWeight& weight);

}  // namespace fedmeta::cuda

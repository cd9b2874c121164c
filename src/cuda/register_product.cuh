// Products of a few rows with a matrix that stays in a block's registers.
#pragma once

#include "cuda/lanes.cuh"
#include "cuda/register_product.hpp"

namespace fedmeta::cuda {

/// A thread's part of it.
class RegisterProduct {
 public:
  /// number(term, output) reads the matrix.
  template <class Number>
  FEDMETA_ON_BOTH void keep(const ProductShape& shape, int thread, const Number& number) {
    const int warp = thread / threads_of_warp;
    split_ = warp / shape.groups;
    output_ = warp % shape.groups * ProductShape::outputs_of_warp + 4 * (thread % threads_of_warp);
    FEDMETA_UNROLL
    for (int k = 0; k < ProductShape::most_terms; ++k) {
      const int term = split_ * shape.terms_of_warp + k;
      const bool is_own = split_ < shape.splits && k < shape.terms_of_warp && term < shape.terms;
      FEDMETA_UNROLL
      for (int o = 0; o < 4; ++o)
        w_[k][o] = is_own && output_ + o < shape.outputs ? number(term, output_ + o) : 0.0f;
    }
  }

  /// factor [rows, width] -> this split's part of sums [splits, rows, columns].
  FEDMETA_ON_BOTH void multiply(const ProductShape& shape, const float* factor, int rows, float* sums) const {
    if (split_ >= shape.splits) return;
    const float* in = factor + split_ * shape.terms_of_warp;
    float* out = sums + split_ * rows * shape.columns() + output_;
    int row = 0;
    for (; row + 4 <= rows; row += 4) multiply_rows<4>(shape, in, row, out);
    switch (rows - row) {
      case 3:
        return multiply_rows<3>(shape, in, row, out);
      case 2:
        return multiply_rows<2>(shape, in, row, out);
      case 1:
        return multiply_rows<1>(shape, in, row, out);
    }
  }

 private:
  template <int count>
  FEDMETA_ON_BOTH void multiply_rows(const ProductShape& shape, const float* in, int row, float* out) const {
    Floats<4> sum[count] = {};
    FEDMETA_UNROLL
    for (int k = 0; k < ProductShape::most_terms; k += 4) {
      if (k >= shape.terms_of_warp) break;
      FEDMETA_UNROLL
      for (int r = 0; r < count; ++r) {
        const auto x = read<4>(in, (row + r) * shape.width() + k);
        FEDMETA_UNROLL
        for (int i = 0; i < 4; ++i) {
          FEDMETA_UNROLL
          for (int o = 0; o < 4; ++o) sum[r].at[o] += x.at[i] * w_[k + i][o];
        }
      }
    }
    FEDMETA_UNROLL
    for (int r = 0; r < count; ++r) write(sum[r], out, (row + r) * shape.columns());
  }

  float w_[ProductShape::most_terms][4];
  int split_, output_;
};

/// A row's `lanes` outputs from the sums of all splits.
template <int lanes>
FEDMETA_ON_BOTH inline Floats<lanes> total(const ProductShape& shape, const float* sums, int rows, int row,
                                           int output) {
  Floats<lanes> y = {};
  const float* next = sums + row * shape.columns() + output;
  FEDMETA_UNROLL_BY(4)
  for (int s = 0; s < shape.splits; ++s, next += rows * shape.columns()) {
    const auto part = read<lanes>(next, 0);
    FEDMETA_UNROLL
    for (int l = 0; l < lanes; ++l) y.at[l] += part.at[l];
  }
  return y;
}

}  // namespace fedmeta::cuda

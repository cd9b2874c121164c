// Repeated products of a few rows with the same matrix: the steps of a recurrent layer.
//
// The library packs the matrix anew for each product and has no good kernel for ten rows: on an AMD EPYC (Zen
// 3), 10 x 256 times 256 x 1024 runs at 50 GFLOP/s, where a square product reaches 95. Here the matrix is
// packed once, in panels that a block of rows multiplies in registers: 89 GFLOP/s, and 87 to 94 for any
// number of rows. Rounded factors are multiplied in bf16 tiles where the processor has them (bf16_tiles.hpp),
// else as fp32 numbers.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "kernels/factor.hpp"
#include "kernels/vector_width.hpp"

namespace fedmeta::kernels {

class PackedMatrix {
 public:
  /// Copies matrix [k, m], float or double, on the CPU. `width` is one of vector_widths().
  explicit PackedMatrix(const Factor& matrix, int width = vector_width());

  /// Adds x [n, k] matrix to y [n, m]. T is the matrix's type. x is rounded if the matrix was. Counts the
  /// FLOPs.
  template <class T>
  void add_product(T* y, const T* x, std::int64_t n) const;

 private:
  template <class T>
  void add_rows(T* y, const T* x, std::int64_t n) const;
  void add_rows_in_tiles(float* y, const at::Tensor& x) const;

  int width_;
  bool rounds_, in_tiles_;
  std::int64_t k_, m_;
  /// [panels, k, columns]: `columns` of the matrix at a time, the last ones zero; for tiles in bf16, by pairs
  /// of rows.
  at::Tensor panels_;
};

}  // namespace fedmeta::kernels

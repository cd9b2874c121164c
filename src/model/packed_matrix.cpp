#include "model/packed_matrix.hpp"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/record_function.h>

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "cost/executed_flops.hpp"

namespace fedmeta::model {
namespace {

/// y [rows, columns] += x [rows, depth] panel [depth, 2 vectors]
template <class T>
struct Block {
  T* y;
  std::int64_t y_stride;
  const T* x;
  std::int64_t x_stride;
  const T* panel;
  std::int64_t depth, columns;
};

template <class T>
using Kernel = void (*)(const Block<T>&);

/// May lie anywhere in an array of T.
template <class T, int width>
struct Vector {
  typedef T type __attribute__((vector_size(width), aligned(alignof(T)), may_alias));
};

/// All sums stay in registers while the panel goes by.
template <class T, int width, int rows>
[[gnu::always_inline]] inline void multiply(const Block<T>& b) {
  using V = typename Vector<T, width>::type;
  constexpr int lanes = width / sizeof(T);
  V sum[rows][2] = {};
  for (std::int64_t i = 0; i < b.depth; ++i) {
    const T* const line = b.panel + i * 2 * lanes;
    const V left = *reinterpret_cast<const V*>(line), right = *reinterpret_cast<const V*>(line + lanes);
#pragma GCC unroll 12
    for (int r = 0; r < rows; ++r) {
      const T x = b.x[r * b.x_stride + i];
      sum[r][0] += x * left;
      sum[r][1] += x * right;
    }
  }
  if (b.columns == 2 * lanes) {
#pragma GCC unroll 12
    for (int r = 0; r < rows; ++r) {
      T* const y = b.y + r * b.y_stride;
      *reinterpret_cast<V*>(y) += sum[r][0];
      *reinterpret_cast<V*>(y + lanes) += sum[r][1];
    }
  } else {
    for (int r = 0; r < rows; ++r)
      for (int c = 0; c < b.columns; ++c) b.y[r * b.y_stride + c] += sum[r][c / lanes][c % lanes];
  }
}

template <class T, int rows>
void multiply_16(const Block<T>& block) {
  multiply<T, 16, rows>(block);
}
#ifdef __x86_64__
template <class T, int rows>
[[gnu::target("avx2,fma")]] void multiply_32(const Block<T>& block) {
  multiply<T, 32, rows>(block);
}
template <class T, int rows>
[[gnu::target("avx512f")]] void multiply_64(const Block<T>& block) {
  multiply<T, 64, rows>(block);
}
#endif

/// One kernel for each number of rows from 1. At most 6 x 2 sums fit into 16 registers, 12 x 2 into the 32 of
/// AVX-512.
template <class T, std::size_t... r, std::size_t... many>
std::span<const Kernel<T>> kernels(int width, std::index_sequence<r...>, std::index_sequence<many...>) {
  static constexpr std::array<Kernel<T>, sizeof...(r)> of_16{multiply_16<T, r + 1>...};
#ifdef __x86_64__
  static constexpr std::array<Kernel<T>, sizeof...(r)> of_32{multiply_32<T, r + 1>...};
  static constexpr std::array<Kernel<T>, sizeof...(many)> of_64{multiply_64<T, many + 1>...};
  if (width == 64) return of_64;
  if (width == 32) return of_32;
#endif
  return of_16;
}

template <class T>
std::span<const Kernel<T>> kernels(int width) {
  return kernels<T>(width, std::make_index_sequence<6>(), std::make_index_sequence<12>());
}

/// All rows, in blocks of nearly the same size, times one panel. A stretch of the panel's depth that stays in
/// the first cache serves all blocks.
template <class T>
void times_panel(std::span<const Kernel<T>> kernels, std::int64_t n, Block<T> block, std::int64_t width) {
  constexpr std::int64_t stretch = 256;
  const auto most = static_cast<std::int64_t>(kernels.size()), blocks = (n + most - 1) / most;
  const auto depth = block.depth;
  auto* const y = block.y;
  for (std::int64_t begin = 0; begin < depth; begin += stretch) {
    block.depth = std::min(stretch, depth - begin);
    for (std::int64_t b = 0, row = 0; b < blocks; ++b) {
      const auto rows = (n - row) / (blocks - b);
      auto part = block;
      part.y = y + row * block.y_stride;
      part.x = block.x + row * block.x_stride + begin;
      part.panel = block.panel + begin * width;
      kernels[static_cast<std::size_t>(rows - 1)](part);
      row += rows;
    }
  }
}

std::int64_t panel_columns(int width, const at::Tensor& matrix) {
  return std::int64_t{2} * width / matrix.element_size();
}

at::Tensor panels(const at::Tensor& matrix, std::int64_t columns) {
  const auto k = matrix.size(0), m = matrix.size(1), count = (m + columns - 1) / columns;
  return at::constant_pad_nd(matrix, {0, count * columns - m})
      .view({k, count, columns})
      .transpose(0, 1)
      .contiguous();
}

}  // namespace

std::vector<int> vector_widths() {
  std::vector<int> widths{16};
#ifdef __x86_64__
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) widths.push_back(32);
  if (__builtin_cpu_supports("avx512f")) widths.push_back(64);
#endif
  return widths;
}

PackedMatrix::PackedMatrix(const at::Tensor& matrix, int width)
    : width_(width),
      k_(matrix.size(0)),
      m_(matrix.size(1)),
      panels_(panels(matrix, panel_columns(width, matrix))) {}

template <class T>
void PackedMatrix::add_product(T* y, const T* x, std::int64_t n) const {
  if (n == 0) return;
  RECORD_FUNCTION("fedmeta::packed_product", std::vector<c10::IValue>({n, k_, m_}));
  cost::count_executed_flops(2 * n * k_ * m_);
  const auto columns = panels_.size(2);
  const auto* const packed = panels_.const_data_ptr<T>();
  const auto of_rows = kernels<T>(width_);
  // A million FLOPs are 10 microseconds, several times what waking another thread costs.
  const auto grain = std::max<std::int64_t>(1, 1'000'000 / (2 * n * k_ * columns));
  at::parallel_for(0, panels_.size(0), grain, [&](std::int64_t begin, std::int64_t end) {
    for (auto p = begin; p < end; ++p) {
      const auto column = p * columns;
      times_panel<T>(of_rows, n,
                     {y + column, m_, x, k_, packed + p * k_ * columns, k_, std::min(columns, m_ - column)},
                     columns);
    }
  });
}

template void PackedMatrix::add_product(float*, const float*, std::int64_t) const;
template void PackedMatrix::add_product(double*, const double*, std::int64_t) const;

}  // namespace fedmeta::model

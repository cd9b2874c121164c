#include "kernels/packed_matrix.hpp"

#include <ATen/ATen.h>
#include <ATen/record_function.h>

#include <algorithm>

#include "cost/executed_flops.hpp"
#include "kernels/block_kernels.hpp"

namespace fedmeta::kernels {
namespace {

/// Multiplies all rows with one panel, in stretches of its depth that stay in the first-level cache
/// meanwhile.
template <class T>
void add_panel(int width, std::int64_t n, std::int64_t columns, const Operands<T>& whole) {
  constexpr std::int64_t stretch = 256;
  for (std::int64_t begin = 0; begin < whole.depth; begin += stretch) {
    auto part = whole;
    part.x += begin;
    part.lines += begin * whole.line_stride;
    part.depth = std::min(stretch, whole.depth - begin);
    add_block(width, n, columns, part);
  }
}

std::int64_t panel_columns(int width, const at::Tensor& matrix) {
  return matrix.element_size() == sizeof(float) ? strip_columns<float>(width) : strip_columns<double>(width);
}

at::Tensor panels(const at::Tensor& matrix, std::int64_t columns) {
  const auto k = matrix.size(0), m = matrix.size(1), count = (m + columns - 1) / columns;
  return at::constant_pad_nd(matrix, {0, count * columns - m})
      .view({k, count, columns})
      .transpose(0, 1)
      .contiguous();
}

}  // namespace

PackedMatrix::PackedMatrix(const at::Tensor& matrix, int width)
    : width_(width),
      k_(matrix.size(0)),
      m_(matrix.size(1)),
      panels_(panels(matrix, panel_columns(width, matrix))) {}

template <class T>
void PackedMatrix::add_product(T* y, const T* x, std::int64_t n) const {
  if (n == 0) return;
  RECORD_FUNCTION("fedmeta::product", std::vector<c10::IValue>({n, k_, m_}));
  cost::count_executed_flops(2 * n * k_ * m_);
  const auto columns = panels_.size(2);
  const auto* const packed = panels_.const_data_ptr<T>();
  in_parallel(panels_.size(0), 2 * n * k_ * columns, [&](std::int64_t begin, std::int64_t end) {
    for (auto p = begin; p < end; ++p) {
      const auto column = p * columns;
      add_panel<T>(width_, n, std::min(columns, m_ - column),
                   {y + column, m_, x, k_, packed + p * k_ * columns, columns, k_});
    }
  });
}

template void PackedMatrix::add_product(float*, const float*, std::int64_t) const;
template void PackedMatrix::add_product(double*, const double*, std::int64_t) const;

}  // namespace fedmeta::kernels

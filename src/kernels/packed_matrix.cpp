#include "kernels/packed_matrix.hpp"

#include <ATen/ATen.h>
#include <ATen/record_function.h>

#include <algorithm>
#include <type_traits>

#include "cost/executed_flops.hpp"
#include "kernels/bf16_tiles.hpp"
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

std::int64_t padded_depth(std::int64_t k) {
  return (k + tile_depth - 1) / tile_depth * tile_depth;
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

/// Returns such panels for tiles in bf16, of rows that are padded with zeros and lie side by side in pairs.
at::Tensor panels_for_tiles(const at::Tensor& matrix) {
  const auto depth = padded_depth(matrix.size(0));
  const auto padded = at::constant_pad_nd(matrix, {0, 0, 0, depth - matrix.size(0)});
  return panels(padded.to(at::kBFloat16), tile_panel_columns)
      .view({-1, depth / 2, 2, tile_panel_columns})
      .transpose(2, 3)
      .contiguous();
}

}  // namespace

PackedMatrix::PackedMatrix(const Factor& factor, int width)
    : width_(width),
      rounds_(FactorRounding::is_on()),
      in_tiles_(rounds_ && factor.value().scalar_type() == at::kFloat && has_bf16_tiles()),
      k_(factor.value().size(0)),
      m_(factor.value().size(1)),
      panels_(in_tiles_ ? panels_for_tiles(factor.value())
                        : panels(factor.value(), panel_columns(width, factor.value()))) {}

template <class T>
void PackedMatrix::add_product(T* y, const T* x, std::int64_t n) const {
  if (n == 0) return;
  RECORD_FUNCTION("fedmeta::product", std::vector<c10::IValue>({n, k_, m_}));
  cost::count_executed_flops(2 * n * k_ * m_);
  if (!rounds_) return add_rows(y, x, n);
  const auto rows = at::from_blob(const_cast<T*>(x), {n, k_}, c10::CppTypeToScalarType<T>::value);
  if constexpr (std::is_same_v<T, float>) {
    if (in_tiles_) return add_rows_in_tiles(y, rows.to(at::kBFloat16));
  }
  add_rows(y, rounded_to_bf16(rows).template const_data_ptr<T>(), n);
}

void PackedMatrix::add_rows_in_tiles(float* y, const at::Tensor& x) const {
  const auto n = x.size(0), depth = padded_depth(k_);
  const auto padded = depth == k_ ? x : at::constant_pad_nd(x, {0, depth - k_});
  const auto* const rows = padded.const_data_ptr<at::BFloat16>();
  const auto* const packed = panels_.const_data_ptr<at::BFloat16>();
  in_parallel(panels_.size(0), 2 * n * depth * tile_panel_columns, [&](std::int64_t begin, std::int64_t end) {
    for (auto p = begin; p < end; ++p) {
      const auto column = p * tile_panel_columns;
      add_tile_product(y + column, m_, rows, n, packed + column * depth, depth,
                       std::min(tile_panel_columns, m_ - column));
    }
  });
}

template <class T>
void PackedMatrix::add_rows(T* y, const T* x, std::int64_t n) const {
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

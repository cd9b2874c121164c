#include "kernels/block_kernels.hpp"

#include <array>
#include <span>
#include <utility>

#include "kernels/vector_register.hpp"

namespace fedmeta::kernels {
namespace {

template <class T, int width, int rows>
[[gnu::always_inline]] inline void multiply_block(const Operands<T>& b, std::int64_t columns) {
  using V = typename Vector<T, width>::type;
  constexpr int lanes = width / sizeof(T);
  V sum[rows][2] = {};
  for (std::int64_t i = 0; i < b.depth; ++i) {
    const T* const line = b.lines + i * b.line_stride;
    const V left = *reinterpret_cast<const V*>(line), right = *reinterpret_cast<const V*>(line + lanes);
#pragma GCC unroll 12
    for (int r = 0; r < rows; ++r) {
      const T x = b.x[r * b.x_stride + i];
      sum[r][0] += x * left;
      sum[r][1] += x * right;
    }
  }
  if (columns == strip_columns<T>(width)) {
#pragma GCC unroll 12
    for (int r = 0; r < rows; ++r) {
      T* const y = b.y + r * b.y_stride;
      *reinterpret_cast<V*>(y) += sum[r][0];
      *reinterpret_cast<V*>(y + lanes) += sum[r][1];
    }
  } else {
    for (int r = 0; r < rows; ++r)
      for (int c = 0; c < columns; ++c) b.y[r * b.y_stride + c] += sum[r][c / lanes][c % lanes];
  }
}

/// Returns the sum of a register's numbers, by repeated halving.
template <class T, int width>
[[gnu::always_inline]] inline T total(const typename Vector<T, width>::type& v) {
  constexpr int lanes = width / sizeof(T);
  T part[lanes];
  *reinterpret_cast<typename Vector<T, width>::type*>(part) = v;
#pragma GCC unroll 16
  for (int half = lanes / 2; half > 0; half /= 2)
#pragma GCC unroll 16
    for (int i = 0; i < half; ++i) part[i] += part[i + half];
  return part[0];
}

template <class T, int width, int rows, int lines>
[[gnu::always_inline]] inline void multiply_dots(const Operands<T>& d, const T* soon) {
  using V = typename Vector<T, width>::type;
  constexpr int lanes = width / sizeof(T);
  V sum[rows][lines] = {};
  for (std::int64_t i = 0; i < d.depth; i += lanes) {
    V line[lines];
#pragma GCC unroll 3
    for (int o = 0; o < lines; ++o) line[o] = *reinterpret_cast<const V*>(d.lines + o * d.line_stride + i);
#pragma GCC unroll 4
    for (int r = 0; r < rows; ++r) {
      const V x = *reinterpret_cast<const V*>(d.x + r * d.x_stride + i);
#pragma GCC unroll 3
      for (int o = 0; o < lines; ++o) sum[r][o] += x * line[o];
    }
    if (soon) __builtin_prefetch(soon + i);
  }
#pragma GCC unroll 4
  for (int r = 0; r < rows; ++r)
#pragma GCC unroll 3
    for (int o = 0; o < lines; ++o) d.y[r * d.y_stride + o] += total<T, width>(sum[r][o]);
}

template <class T, int rows>
void block_16(const Operands<T>& operands, std::int64_t columns) {
  multiply_block<T, 16, rows>(operands, columns);
}
template <class T, int rows, int lines>
void dots_16(const Operands<T>& operands, const T* soon) {
  multiply_dots<T, 16, rows, lines>(operands, soon);
}
#ifdef __x86_64__
template <class T, int rows>
[[gnu::target("avx2,fma")]] void block_32(const Operands<T>& operands, std::int64_t columns) {
  multiply_block<T, 32, rows>(operands, columns);
}
template <class T, int rows>
[[gnu::target("avx512f")]] void block_64(const Operands<T>& operands, std::int64_t columns) {
  multiply_block<T, 64, rows>(operands, columns);
}
template <class T, int rows, int lines>
[[gnu::target("avx2,fma")]] void dots_32(const Operands<T>& operands, const T* soon) {
  multiply_dots<T, 32, rows, lines>(operands, soon);
}
template <class T, int rows, int lines>
[[gnu::target("avx512f")]] void dots_64(const Operands<T>& operands, const T* soon) {
  multiply_dots<T, 64, rows, lines>(operands, soon);
}
#endif

/// One kernel per number of rows from 1: 6 x 2 sums fit into 16 registers, 12 x 2 into AVX-512's 32.
template <class T>
using BlockKernel = void (*)(const Operands<T>&, std::int64_t columns);
/// The same for 4 x 3 sums. The last argument, if any, is a line [depth] to fetch into the cache meanwhile.
template <class T>
using DotsKernel = void (*)(const Operands<T>&, const T*);

template <class T, std::size_t... r, std::size_t... many>
std::span<const BlockKernel<T>> block_kernels(int width, std::index_sequence<r...>,
                                              std::index_sequence<many...>) {
  static constexpr std::array<BlockKernel<T>, sizeof...(r)> of_16{block_16<T, r + 1>...};
#ifdef __x86_64__
  static constexpr std::array<BlockKernel<T>, sizeof...(r)> of_32{block_32<T, r + 1>...};
  static constexpr std::array<BlockKernel<T>, sizeof...(many)> of_64{block_64<T, many + 1>...};
  if (width == 64) return of_64;
  if (width == 32) return of_32;
#endif
  return of_16;
}

template <class T, int lines, std::size_t... r>
std::span<const DotsKernel<T>> dots_kernels(int width, std::index_sequence<r...>) {
  static constexpr std::array<DotsKernel<T>, sizeof...(r)> of_16{dots_16<T, r + 1, lines>...};
#ifdef __x86_64__
  static constexpr std::array<DotsKernel<T>, sizeof...(r)> of_32{dots_32<T, r + 1, lines>...};
  static constexpr std::array<DotsKernel<T>, sizeof...(r)> of_64{dots_64<T, r + 1, lines>...};
  if (width == 64) return of_64;
  if (width == 32) return of_32;
#endif
  return of_16;
}

/// Calls visit(rows, operands from the block's first row on) for blocks of nearly equal size, at most `most`
/// rows.
template <class T, class F>
void in_blocks(std::int64_t n, std::int64_t most, const Operands<T>& whole, F visit) {
  const auto blocks = (n + most - 1) / most;
  for (std::int64_t b = 0, row = 0; b < blocks; ++b) {
    const auto rows = (n - row) / (blocks - b);
    auto part = whole;
    part.y += row * whole.y_stride;
    part.x += row * whole.x_stride;
    visit(rows, part);
    row += rows;
  }
}

}  // namespace

template <class T>
void add_block(int width, std::int64_t n, std::int64_t columns, const Operands<T>& operands) {
  const auto kernels = block_kernels<T>(width, std::make_index_sequence<6>(), std::make_index_sequence<12>());
  in_blocks(n, std::ssize(kernels), operands, [&](std::int64_t rows, const Operands<T>& part) {
    kernels[static_cast<std::size_t>(rows - 1)](part, columns);
  });
}

template <class T>
void add_dots(int width, std::int64_t n, std::int64_t count, std::int64_t following,
              const Operands<T>& operands) {
  const auto kernels = count == 1 ? dots_kernels<T, 1>(width, std::make_index_sequence<4>())
                                  : dots_kernels<T, dots_lines>(width, std::make_index_sequence<4>());
  auto next = count;
  in_blocks(n, std::ssize(kernels), operands, [&](std::int64_t rows, const Operands<T>& part) {
    const auto* const soon =
        next < count + following ? operands.lines + next++ * operands.line_stride : nullptr;
    kernels[static_cast<std::size_t>(rows - 1)](part, soon);
  });
}

template void add_block(int, std::int64_t, std::int64_t, const Operands<float>&);
template void add_block(int, std::int64_t, std::int64_t, const Operands<double>&);
template void add_dots(int, std::int64_t, std::int64_t, std::int64_t, const Operands<float>&);
template void add_dots(int, std::int64_t, std::int64_t, std::int64_t, const Operands<double>&);

}  // namespace fedmeta::kernels

// Gradients of wide layers, left' right, formed a strip at a time and used while they are in the cache:
// formed as a whole, a matrix of 26 MB is written to memory and read from it again at every step.
#pragma once

#include <ATen/Parallel.h>
#include <ATen/core/Tensor.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "kernels/vector_width.hpp"

namespace fedmeta::kernels {

/// The matrix left' right [o, i] by its factors, left [n, o] and right [n, i], float or double, on the CPU.
struct Factors {
  at::Tensor left, right;

  std::int64_t rows() const { return left.size(1); }
  std::int64_t columns() const { return right.size(1); }
};

/// Returns whether strips of such a matrix are formed as fast as by the library: with few terms n, and
/// columns that fill vector registers.
bool suits_strips(const Factors& factors);

/// Writes `rows` rows of left' right, from row `first` on, to `strip` [rows, i].
template <class T>
void write_strip(const Factors& factors, std::int64_t first, std::int64_t rows, T* strip);

/// Counts the FLOPs of forming left' right once.
void count_strips(const Factors& factors);

/// Calls use(strips, begin, end) for all of the matrices, which have the same shape, in parallel. strips[m][0
/// .. end - begin) are the numbers of matrix m with the indices begin .. end - 1 when it is flat.
template <class T, std::size_t matrices, class F>
void for_each_strip(const std::array<Factors, matrices>& factors, F use) {
  // Strips of 64 KiB leave room for as much of the vectors that they meet in half of a second-level cache of
  // 512 KiB.
  constexpr std::int64_t most = 65'536 / sizeof(T) / matrices;
  const auto all = factors.front().rows(), columns = factors.front().columns();
  const auto rows = std::max<std::int64_t>(4, most / columns / 4 * 4);
  for (const auto& matrix : factors) count_strips(matrix);
  at::parallel_for(0, (all + rows - 1) / rows, 8, [&](std::int64_t first, std::int64_t last) {
    std::vector<T> memory(matrices * static_cast<std::size_t>(rows * columns));
    std::array<const T*, matrices> strips;
    for (auto s = first; s < last; ++s) {
      const auto begin = s * rows, end = std::min(begin + rows, all);
      for (std::size_t m = 0; m < matrices; ++m) {
        auto* const strip = memory.data() + static_cast<std::int64_t>(m) * rows * columns;
        write_strip(factors[m], begin, end - begin, strip);
        strips[m] = strip;
      }
      use(strips, begin * columns, end * columns);
    }
  });
}

}  // namespace fedmeta::kernels

// The inner loops of products with few rows. Sums stay in vector registers while a stretch of the larger
// matrix goes by; each kind of register that the machine has gets its own code, picked at run time.
#pragma once

#include <cstdint>
#include <vector>

namespace fedmeta::model {

/// Bytes of the vector registers that this machine has kernels for, rising: 16, with AVX2 and FMA 32, with
/// AVX-512 64.
std::vector<int> vector_widths();

/// Numbers of type T in two registers of `width` bytes: the columns of a strip.
template <class T>
constexpr std::int64_t strip_columns(int width) {
  return std::int64_t{2} * width / static_cast<std::int64_t>(sizeof(T));
}

/// y [n, columns] += x [n, depth] strip [depth, strip_columns], of which `columns` count.
template <class T>
struct Block {
  T* y;
  std::int64_t y_stride;
  const T* x;
  std::int64_t x_stride;
  const T* strip;
  std::int64_t strip_stride;
  std::int64_t depth, columns;
};

/// How many rows go through a kernel at once: 6 x 2 sums fit into 16 registers, 12 x 2 into AVX-512's 32.
std::int64_t rows_at_once(int width);

template <class T>
void add_block(int width, std::int64_t n, const Block<T>& block);

/// y [n, count] += x [n, depth] lines', lines [count, depth]; depth a multiple of a register's numbers. The
/// `following` lines are wanted next: they are fetched into the cache meanwhile.
template <class T>
struct Dots {
  T* y;
  std::int64_t y_stride;
  const T* x;
  std::int64_t x_stride;
  const T* lines;
  std::int64_t line_stride;
  std::int64_t depth, following;
};

/// A `count` that kernels take at once; 1 is the other.
inline constexpr std::int64_t dots_lines = 3;

template <class T>
void add_dots(int width, std::int64_t n, std::int64_t count, const Dots<T>& dots);

}  // namespace fedmeta::model

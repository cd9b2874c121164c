// The inner loops of products with few rows. Sums stay in vector registers while a stretch of the larger
// matrix goes by; each kind of register that the machine has gets its own code, picked at run time.
#pragma once

#include <ATen/Parallel.h>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace fedmeta::kernels {

/// Bytes of the vector registers that this machine has kernels for, rising: 16, with AVX2 and FMA 32, with
/// AVX-512 64.
std::vector<int> vector_widths();

/// Numbers of type T in two registers of `width` bytes: the columns of a strip.
template <class T>
constexpr std::int64_t strip_columns(int width) {
  return std::int64_t{2} * width / static_cast<std::int64_t>(sizeof(T));
}

/// x [n, depth] times another matrix with lines of its own, added to y.
template <class T>
struct Operands {
  T* y;
  std::int64_t y_stride;
  const T* x;
  std::int64_t x_stride;
  const T* lines;
  std::int64_t line_stride;
  std::int64_t depth;
};

/// y [n, columns] += x lines, lines [depth, strip_columns], of which `columns` count.
template <class T>
void add_block(int width, std::int64_t n, std::int64_t columns, const Operands<T>& operands);

/// How many lines add_dots takes at once; 1 is the other choice.
inline constexpr std::int64_t dots_lines = 3;

/// y [n, count] += x lines', lines [count, depth]; depth a multiple of a register's numbers. The `following`
/// lines are wanted next: they are fetched into the cache meanwhile.
template <class T>
void add_dots(int width, std::int64_t n, std::int64_t count, std::int64_t following,
              const Operands<T>& operands);

/// Calls work(begin, end), on all threads, for parts of `count` units of so many FLOPs. A million are 10
/// microseconds, several times what waking another thread costs.
template <class F>
void in_parallel(std::int64_t count, std::int64_t flops, F work) {
  at::parallel_for(0, count, std::max<std::int64_t>(1, 1'000'000 / std::max<std::int64_t>(flops, 1)), work);
}

}  // namespace fedmeta::kernels

// The inner loops of products with few rows. Sums stay in vector registers while a stretch of the larger
// matrix is read; each register width of the machine has its own code, chosen at run time.
#pragma once

#include <ATen/Parallel.h>

#include <algorithm>
#include <cstdint>

namespace fedmeta::kernels {

/// Returns the number of columns of a strip: as many numbers of type T as fit into two registers of `width`
/// bytes.
template <class T>
constexpr std::int64_t strip_columns(int width) {
  return std::int64_t{2} * width / static_cast<std::int64_t>(sizeof(T));
}

/// The operands of y += x [n, depth] times a matrix that is given by its lines.
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

/// Adds x lines to y [n, columns]; lines [depth, strip_columns], of which the first `columns` columns count.
template <class T>
void add_block(int width, std::int64_t n, std::int64_t columns, const Operands<T>& operands);

/// The number of lines that add_dots takes at once; it can also take a single one.
inline constexpr std::int64_t dots_lines = 3;

/// Adds x lines' to y [n, count]; lines [count, depth], where depth is a multiple of the numbers in a
/// register. The next `following` lines are fetched into the cache meanwhile.
template <class T>
void add_dots(int width, std::int64_t n, std::int64_t count, std::int64_t following,
              const Operands<T>& operands);

/// Calls work(begin, end) on all threads, for parts of `count` units of `flops` FLOPs each. Each part has at
/// least a million FLOPs, 10 microseconds of work, several times what waking another thread costs.
template <class F>
void in_parallel(std::int64_t count, std::int64_t flops, F work) {
  at::parallel_for(0, count, std::max<std::int64_t>(1, 1'000'000 / std::max<std::int64_t>(flops, 1)), work);
}

}  // namespace fedmeta::kernels

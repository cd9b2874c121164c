#include "kernels/factor_strips.hpp"

#include <ATen/ATen.h>
#include <ATen/record_function.h>

#include <utility>

#include "cost/executed_flops.hpp"
#include "kernels/vector_register.hpp"

namespace fedmeta::kernels {
namespace {

/// With more terms the library is as fast.
constexpr std::int64_t most_terms = 32;

/// Rows that are formed at once: 4 x 2 sums fit into 16 registers beside the two that are read.
constexpr std::size_t rows_at_once = 4;

/// y [rows, columns] = left' right, with `terms` rows of left and right.
template <class T>
struct OuterProducts {
  T* y;
  const T* left;
  std::int64_t left_stride;
  const T* right;
  std::int64_t right_stride, terms, columns;
};

template <class T, int width, int rows>
[[gnu::always_inline]] inline void write_rows(const OuterProducts<T>& p) {
  using V = typename Vector<T, width>::type;
  constexpr int lanes = width / sizeof(T);
  for (std::int64_t c = 0; c < p.columns; c += std::int64_t{2} * lanes) {
    V sum[rows][2] = {};
    for (std::int64_t k = 0; k < p.terms; ++k) {
      const T* const line = p.right + k * p.right_stride + c;
      const V a = *reinterpret_cast<const V*>(line), b = *reinterpret_cast<const V*>(line + lanes);
#pragma GCC unroll 4
      for (int r = 0; r < rows; ++r) {
        const T x = p.left[k * p.left_stride + r];
        sum[r][0] += x * a;
        sum[r][1] += x * b;
      }
    }
#pragma GCC unroll 4
    for (int r = 0; r < rows; ++r) {
      T* const y = p.y + r * p.columns + c;
      *reinterpret_cast<V*>(y) = sum[r][0];
      *reinterpret_cast<V*>(y + lanes) = sum[r][1];
    }
  }
}

template <class T, int rows>
void rows_16(const OuterProducts<T>& p) {
  write_rows<T, 16, rows>(p);
}
#ifdef __x86_64__
template <class T, int rows>
[[gnu::target("avx2,fma")]] void rows_32(const OuterProducts<T>& p) {
  write_rows<T, 32, rows>(p);
}
template <class T, int rows>
[[gnu::target("avx512f")]] void rows_64(const OuterProducts<T>& p) {
  write_rows<T, 64, rows>(p);
}
#endif

template <class T>
using RowsKernel = void (*)(const OuterProducts<T>&);

/// Returns one kernel for each number of rows from 1.
template <class T, std::size_t... r>
std::array<RowsKernel<T>, rows_at_once> rows_kernels(std::index_sequence<r...>) {
#ifdef __x86_64__
  if (vector_width() == 64) return {rows_64<T, r + 1>...};
  if (vector_width() == 32) return {rows_32<T, r + 1>...};
#endif
  return {rows_16<T, r + 1>...};
}

}  // namespace

bool suits_strips(const Factors& factors) {
  const auto &left = factors.left, &right = factors.right;
  return left.is_cpu() && (left.scalar_type() == at::kFloat || left.scalar_type() == at::kDouble) &&
         left.size(0) <= most_terms && left.stride(1) == 1 && right.stride(1) == 1 &&
         factors.columns() * left.element_size() % (std::int64_t{2} * vector_width()) == 0;
}

template <class T>
void write_strip(const Factors& factors, std::int64_t first, std::int64_t rows, T* strip) {
  static const auto kernels = rows_kernels<T>(std::make_index_sequence<rows_at_once>());
  OuterProducts<T> part{strip,
                        factors.left.const_data_ptr<T>() + first,
                        factors.left.stride(0),
                        factors.right.const_data_ptr<T>(),
                        factors.right.stride(0),
                        factors.left.size(0),
                        factors.columns()};
  while (rows > 0) {
    const auto now = std::min<std::int64_t>(rows, rows_at_once);
    kernels[static_cast<std::size_t>(now - 1)](part);
    part.y += now * part.columns;
    part.left += now;
    rows -= now;
  }
}

void count_strips(const Factors& factors) {
  const auto n = factors.left.size(0);
  RECORD_FUNCTION("fedmeta::product", std::vector<c10::IValue>({factors.rows(), n, factors.columns()}));
  cost::count_executed_flops(2 * factors.rows() * n * factors.columns());
}

template void write_strip(const Factors&, std::int64_t, std::int64_t, float*);
template void write_strip(const Factors&, std::int64_t, std::int64_t, double*);

}  // namespace fedmeta::kernels

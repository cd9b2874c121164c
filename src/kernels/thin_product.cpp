#include "kernels/thin_product.hpp"

#include <ATen/ATen.h>
#include <ATen/record_function.h>

#include <algorithm>

#include "kernels/block_kernels.hpp"
#include "kernels/vector_width.hpp"

namespace fedmeta::kernels {
namespace {

template <class T>
struct Matrix {
  T* data;
  std::int64_t rows, columns, stride;
};

template <class T>
Matrix<const T> reading(const at::Tensor& m) {
  return {m.const_data_ptr<T>(), m.size(0), m.size(1), m.stride(0)};
}

/// Multiplies a few rows a with b, reading b row by row.
template <class T>
void rows_times_matrix(Matrix<T> out, Matrix<const T> a, Matrix<const T> b) {
  constexpr std::int64_t stretch = 128;
  const auto width = vector_width();
  const auto columns = strip_columns<T>(width);
  in_parallel(b.columns / columns, 2 * a.rows * b.rows * columns, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t k = 0; k < b.rows; k += stretch)
      for (auto c = begin * columns; c < end * columns; c += columns)
        add_block<T>(width, a.rows, columns,
                     {out.data + c, out.stride, a.data + k, a.stride, b.data + k * b.stride + c, b.stride,
                      std::min(stretch, b.rows - k)});
  });
}

/// Multiplies a few rows a with the transpose of `lines`, reading `lines` row by row.
template <class T>
void rows_times_transpose(Matrix<T> out, Matrix<const T> a, Matrix<const T> lines) {
  constexpr std::int64_t stretch = 784;
  const auto width = vector_width();
  in_parallel(lines.rows, 2 * a.rows * lines.columns, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t k = 0; k < lines.columns; k += stretch)
      for (auto line = first; line < last;) {
        const auto left = last - line, count = left < dots_lines ? 1 : dots_lines;
        add_dots<T>(width, a.rows, count, std::min(count, left - count),
                    {out.data + line, out.stride, a.data + k, a.stride, lines.data + line * lines.stride + k,
                     lines.stride, std::min(stretch, lines.columns - k)});
        line += count;
      }
  });
}

template <class T>
bool multiply(const at::Tensor& out, const at::Tensor& a, const at::Tensor& b) {
  const auto columns = strip_columns<T>(vector_width());
  const bool straight = b.stride(1) == 1 && b.size(1) % columns == 0;
  const bool transposed = b.stride(0) == 1 && b.size(0) % (columns / 2) == 0;
  if (!straight && !transposed) return false;
  RECORD_FUNCTION("fedmeta::product", std::vector<c10::IValue>({a.size(0), a.size(1), b.size(1)}));
  const Matrix<T> y{out.data_ptr<T>(), out.size(0), out.size(1), out.stride(0)};
  if (straight)
    rows_times_matrix<T>(y, reading<T>(a), reading<T>(b));
  else
    rows_times_transpose<T>(y, reading<T>(a), reading<T>(b.t()));
  return true;
}

bool suits(const at::Tensor& out, const at::Tensor& a, const at::Tensor& b) {
  return out.is_cpu() && a.size(0) > 1 && a.size(0) <= most_thin_rows && out.stride(1) == 1 &&
         a.stride(1) == 1 && a.scalar_type() == out.scalar_type() && b.scalar_type() == out.scalar_type();
}

}  // namespace

bool add_thin_product(const at::Tensor& out, const at::Tensor& a, const at::Tensor& b) {
  if (!suits(out, a, b)) return false;
  if (out.scalar_type() == at::kFloat) return multiply<float>(out, a, b);
  if (out.scalar_type() == at::kDouble) return multiply<double>(out, a, b);
  return false;
}

}  // namespace fedmeta::kernels

#include "kernels/sparse_gradient.hpp"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/record_function.h>

#include <vector>

#include "cost/executed_flops.hpp"
#include "kernels/padded_images.hpp"

namespace fedmeta::kernels {
namespace {

/// The terms of one output channel's windows: g times the inputs from a position on.
template <class T>
struct Terms {
  std::vector<T> g;
  std::vector<const T*> inputs;

  void clear() {
    g.clear();
    inputs.clear();
  }
};

/// Returns the index of the first input of output `place` of a window.
std::int64_t input_of(const PaddedImages& grid, std::int64_t window, std::int32_t place) {
  const auto row = window / grid.columns, column = window % grid.columns;
  return grid.input(row) + place / 2 * grid.line() + (2 * column + place % 2) * grid.channels;
}

/// Adds terms four at a time, so that each sum is read and written once for four products.
template <class T>
FEDMETA_INLINE inline void add_terms(const Terms<T>& terms, std::int64_t step, std::int64_t length, T* sums) {
  const auto count = terms.g.size();
  std::size_t t = 0;
  for (; t + 4 <= count; t += 4) {
    const T g0 = terms.g[t], g1 = terms.g[t + 1], g2 = terms.g[t + 2], g3 = terms.g[t + 3];
    const T *const x0 = terms.inputs[t] + step, *const x1 = terms.inputs[t + 1] + step;
    const T *const x2 = terms.inputs[t + 2] + step, *const x3 = terms.inputs[t + 3] + step;
    FEDMETA_INDEPENDENT
    for (std::int64_t i = 0; i < length; ++i)
      sums[i] += (g0 * x0[i] + g1 * x1[i]) + (g2 * x2[i] + g3 * x3[i]);
  }
  for (; t < count; ++t) {
    const T g0 = terms.g[t];
    const T* const x0 = terms.inputs[t] + step;
    FEDMETA_INDEPENDENT
    for (std::int64_t i = 0; i < length; ++i) sums[i] += g0 * x0[i];
  }
}

template <class T>
void add_channels(const PaddedImages& grid, std::int64_t channels, const T* image, const T* g,
                  const std::int32_t* source, T* sums) {
  const auto line = grid.line(), length = kernel_side * grid.channels;
  at::parallel_for(0, channels, 4, [&](std::int64_t first, std::int64_t last) {
    Terms<T> storage;
    auto* const terms = &storage;
    vector_loop(first, last, [=](std::int64_t channel) FEDMETA_INLINE {
      terms->clear();
      for (std::int64_t window = 0; window < grid.windows(); ++window) {
        const auto at = window * channels + channel;
        if (source[at] == nowhere) continue;
        terms->g.push_back(g[at]);
        terms->inputs.push_back(image + input_of(grid, window, source[at]));
      }
      for (std::int64_t y = 0; y < kernel_side; ++y)
        add_terms(*terms, y * line, length, sums + (channel * kernel_side + y) * length);
    });
  });
}

}  // namespace

void add_kernel_gradient(const at::Tensor& image, const at::Tensor& g, const at::Tensor& source,
                         const at::Tensor& sums) {
  const auto grid = PaddedImages::of(image);
  const auto taps = kernel_side * kernel_side * grid.channels;
  const auto terms = source.ne(nowhere).sum().item<std::int64_t>();
  RECORD_FUNCTION("fedmeta::product", std::vector<c10::IValue>({terms, 1, taps}));
  cost::count_executed_flops(2 * terms * taps);
  AT_DISPATCH_FLOATING_TYPES(image.scalar_type(), "add_kernel_gradient", [&] {
    add_channels(grid, g.size(3), image.const_data_ptr<scalar_t>(), g.const_data_ptr<scalar_t>(),
                 source.const_data_ptr<std::int32_t>(), sums.data_ptr<scalar_t>());
  });
}

}  // namespace fedmeta::kernels

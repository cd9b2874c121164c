#include "kernels/first_convolution.hpp"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/record_function.h>

#include "cost/executed_flops.hpp"
#include "kernels/padded_images.hpp"

namespace fedmeta::kernels {
namespace {

constexpr std::int64_t taps = kernel_side * kernel_side;

/// Indexes the images and the outputs of half their side, both stored with a margin.
struct Frame {
  std::int64_t images, half, channels;

  std::int64_t line() const { return seen().line(); }
  /// Returns the index of a window row's first input; rows are counted over all images.
  std::int64_t input(std::int64_t row) const { return seen().input(row); }
  /// Returns the index of its first output.
  std::int64_t output(std::int64_t row) const {
    const auto padded = half + 2 * margin;
    return ((row / half * padded + row % half + margin) * padded + margin) * channels;
  }

 private:
  PaddedImages seen() const { return {images, half, half, 1}; }
};

/// Counts one product of the images with the kernels, forward or for the kernels' gradient.
void count_product(const Frame& frame) {
  const auto rows = 4 * frame.images * frame.half * frame.half;
  RECORD_FUNCTION("fedmeta::product", std::vector<c10::IValue>({rows, taps, frame.channels}));
  cost::count_executed_flops(2 * rows * taps * frame.channels);
}

/// Returns the outputs of the window whose inputs start at x; kernels [taps, channels].
template <class T>
FEDMETA_INLINE inline Window<T> convolved(const T* x, std::int64_t line, const T* kernels,
                                          std::int64_t channels, T bias) {
  Window<T> y{{bias, bias, bias, bias}};
#pragma GCC unroll 25
  for (std::int64_t k = 0; k < taps; ++k) {
    const T w = kernels[k * channels];
    const T* const seen = x + k / kernel_side * line + k % kernel_side;
    y.at[0] += w * seen[0];
    y.at[1] += w * seen[1];
    y.at[2] += w * seen[line];
    y.at[3] += w * seen[line + 1];
  }
  return y;
}

/// Calls finish(index among the sources, index in the padded output, window) for every window and channel.
template <class T, class F>
void for_each_window(const Frame& frame, const T* x, const T* kernels, const T* bias, F finish) {
  at::parallel_for(0, frame.images * frame.half, 4, [&](std::int64_t first, std::int64_t last) {
    vector_loop(first, last, [=](std::int64_t row) FEDMETA_INLINE {
      const auto line = frame.line(), channels = frame.channels;
      const auto source = row * frame.half * channels, output = frame.output(row);
      for (std::int64_t i = 0; i < frame.half; ++i) {
        const T* const inputs = x + frame.input(row) + 2 * i;
        FEDMETA_INDEPENDENT
        for (std::int64_t c = 0; c < channels; ++c)
          finish(source + i * channels + c, output + i * channels + c,
                 convolved(inputs, line, kernels + c, channels, bias[c]));
      }
    });
  });
}

/// Adds a window's part of the kernels' gradient to sums [taps, channels]; x [6, 6] are the window's inputs.
template <class T>
FEDMETA_INLINE inline void add_window(const T (&x)[36], const T* __restrict g,
                                      const std::int32_t* __restrict source, T* __restrict sums,
                                      std::int64_t channels) {
  FEDMETA_INDEPENDENT
  for (std::int64_t c = 0; c < channels; ++c) {
    const auto d = put_back(g[c], source[c]);
#pragma GCC unroll 25
    for (std::int64_t k = 0; k < taps; ++k) {
      const auto at = k / kernel_side * 6 + k % kernel_side;
      sums[k * channels + c] +=
          d.at[0] * x[at] + d.at[1] * x[at + 1] + d.at[2] * x[at + 6] + d.at[3] * x[at + 7];
    }
  }
}

/// Adds the parts of all windows of one image.
template <class T>
FEDMETA_INLINE inline void add_image(const Frame& frame, std::int64_t image, const T* x, const T* g,
                                     const std::int32_t* source, T* sums) {
  const auto channels = frame.channels;
  for (auto row = image * frame.half; row < (image + 1) * frame.half; ++row)
    for (std::int64_t i = 0; i < frame.half; ++i) {
      T inputs[36];
      for (std::int64_t k = 0; k < 36; ++k)
        inputs[k] = x[frame.input(row) + k / 6 * frame.line() + 2 * i + k % 6];
      add_window(inputs, g + frame.output(row) + i * channels, source + (row * frame.half + i) * channels,
                 sums, channels);
    }
}

at::Tensor by_tap(const Factor& kernels) {
  return kernels.value().view({-1, taps}).t().contiguous();
}

at::Tensor without_margin(const at::Tensor& image) {
  return image.slice(1, margin, image.size(1) - margin).slice(2, margin, image.size(2) - margin);
}

Frame frame_of(const at::Tensor& source) {
  return {source.size(0), source.size(1), source.size(3)};
}

}  // namespace

FirstConvolution::FirstConvolution(const Factor& x, std::int64_t image, const Factor& kernels,
                                   const at::Tensor& bias)
    : image_(image),
      x_(at::constant_pad_nd(x.value().view({-1, image, image}), {margin, margin, margin, margin})),
      output_(empty_output(bias.size(0))),
      source_(at::empty({x_.size(0), image / 2, image / 2, bias.size(0)}, x_.options().dtype(at::kInt))) {
  const auto frame = frame_of(source_);
  const auto weights = by_tap(kernels);
  count_product(frame);
  AT_DISPATCH_FLOATING_TYPES(x_.scalar_type(), "first_convolution", [&] {
    auto* const value = output_.data_ptr<scalar_t>();
    auto* const source = source_.data_ptr<std::int32_t>();
    for_each_window(frame, x_.const_data_ptr<scalar_t>(), weights.const_data_ptr<scalar_t>(),
                    bias.const_data_ptr<scalar_t>(),
                    [=](std::int64_t from, std::int64_t to, const Window<scalar_t>& y)
                        FEDMETA_INLINE { pool(y, value[to], source[from]); });
  });
}

at::Tensor FirstConvolution::output_along(const Factor& kernels, const at::Tensor& bias) const {
  const auto frame = frame_of(source_);
  const auto weights = by_tap(kernels);
  auto derivative = empty_output(frame.channels);
  count_product(frame);
  AT_DISPATCH_FLOATING_TYPES(x_.scalar_type(), "first_convolution_along", [&] {
    auto* const value = derivative.data_ptr<scalar_t>();
    const auto* const source = source_.const_data_ptr<std::int32_t>();
    for_each_window(frame, x_.const_data_ptr<scalar_t>(), weights.const_data_ptr<scalar_t>(),
                    bias.const_data_ptr<scalar_t>(),
                    [=](std::int64_t from, std::int64_t to, const Window<scalar_t>& y)
                        FEDMETA_INLINE { value[to] = picked(y, source[from]); });
  });
  return derivative;
}

void FirstConvolution::write_gradient(const at::Tensor& g, const ConvolutionGradient& to) const {
  const auto frame = frame_of(source_);
  const auto sums = at::zeros({frame.images, taps, frame.channels}, g.options());
  const Factor factor(g);
  count_product(frame);
  AT_DISPATCH_FLOATING_TYPES(g.scalar_type(), "first_convolution_gradient", [&] {
    const auto* const x = x_.const_data_ptr<scalar_t>();
    const auto* const gradients = factor.value().const_data_ptr<scalar_t>();
    const auto* const source = source_.const_data_ptr<std::int32_t>();
    auto* const all = sums.data_ptr<scalar_t>();
    at::parallel_for(0, frame.images, 1, [&](std::int64_t first, std::int64_t last) {
      vector_loop(first, last, [=](std::int64_t image) FEDMETA_INLINE {
        add_image(frame, image, x, gradients, source, all + image * taps * frame.channels);
      });
    });
  });
  to.kernels.view({-1, taps}).copy_(sums.sum(0).t());
  to.bias.copy_(bias_gradient(without_margin(g), source_));
}

/// Returns memory for an output, with zeros in its margin.
at::Tensor FirstConvolution::empty_output(std::int64_t channels) const {
  const auto padded = image_ / 2 + 2 * margin;
  return at::zeros({x_.size(0), padded, padded, channels}, x_.options());
}

}  // namespace fedmeta::kernels

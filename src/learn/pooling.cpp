#include "learn/pooling.hpp"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <array>

namespace fedmeta::learn {
namespace {

constexpr std::int32_t off = 4;

/// The rows of values, one for each channel, of the four places of a window.
template <class T>
using Window = std::array<T*, 4>;

template <class T>
void pool_window(const Window<const T>& in, T* value, std::int32_t* source, std::int64_t channels) {
  for (std::int64_t c = 0; c < channels; ++c) {
    T most = in[0][c];
    std::int32_t place = 0;
    for (std::int32_t k = 1; k < 4; ++k) {
      const bool more = in[k][c] > most;
      most = more ? in[k][c] : most;
      place = more ? k : place;
    }
    value[c] = most > 0 ? most : 0;
    source[c] = most > 0 ? place : off;
  }
}

template <class T>
void pick(const Window<const T>& in, const std::int32_t* source, T* value, std::int64_t channels) {
  for (std::int64_t c = 0; c < channels; ++c) {
    T picked = 0;
    for (std::int32_t k = 0; k < 4; ++k) picked = source[c] == k ? in[k][c] : picked;
    value[c] = picked;
  }
}

template <class T>
void put(const T* value, const std::int32_t* source, const Window<T>& out, std::int64_t channels) {
  for (std::int32_t k = 0; k < 4; ++k)
    for (std::int64_t c = 0; c < channels; ++c) out[k][c] = source[c] == k ? value[c] : 0;
}

/// Calls visit(window of `large`, place in the small image) for every window.
template <class T, class F>
void for_each_window(T* large, at::IntArrayRef small, F visit) {
  const auto channels = small[1], height = small[2], width = small[3];
  const auto row = 2 * width * channels;
  at::parallel_for(0, small[0] * height, 16, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t y = begin; y < end; ++y)
      for (std::int64_t x = 0; x < width; ++x) {
        T* const first = large + 2 * y * row + 2 * x * channels;
        visit(Window<T>{first, first + channels, first + row, first + row + channels},
              (y * width + x) * channels);
      }
  });
}

at::Tensor channels_last(const at::Tensor& image) {
  return image.contiguous(at::MemoryFormat::ChannelsLast);
}

at::Tensor empty_image(const at::Tensor& like, at::IntArrayRef shape, at::ScalarType type) {
  return at::empty(shape, like.options().dtype(type), at::MemoryFormat::ChannelsLast);
}

}  // namespace

Pooled pool(const at::Tensor& input) {
  const auto c = channels_last(input);
  const std::vector<std::int64_t> shape{c.size(0), c.size(1), c.size(2) / 2, c.size(3) / 2};
  Pooled pooled{empty_image(c, shape, c.scalar_type()), empty_image(c, shape, at::kInt)};
  AT_DISPATCH_FLOATING_TYPES(c.scalar_type(), "pool", [&] {
    auto* value = pooled.value.data_ptr<scalar_t>();
    auto* source = pooled.source.data_ptr<std::int32_t>();
    for_each_window(c.const_data_ptr<scalar_t>(), shape, [&](const auto& window, std::int64_t at) {
      pool_window<scalar_t>(window, value + at, source + at, shape[1]);
    });
  });
  return pooled;
}

at::Tensor pool_derivative(const at::Tensor& input, const at::Tensor& source) {
  const auto dc = channels_last(input);
  auto derivative = empty_image(dc, source.sizes(), dc.scalar_type());
  AT_DISPATCH_FLOATING_TYPES(dc.scalar_type(), "pool_derivative", [&] {
    auto* value = derivative.data_ptr<scalar_t>();
    const auto* from = source.const_data_ptr<std::int32_t>();
    for_each_window(dc.const_data_ptr<scalar_t>(), source.sizes(), [&](const auto& window, std::int64_t at) {
      pick<scalar_t>(window, from + at, value + at, source.size(1));
    });
  });
  return derivative;
}

at::Tensor pool_gradient(const at::Tensor& input, const at::Tensor& source) {
  const auto g = channels_last(input);
  auto gradient = empty_image(g, {g.size(0), g.size(1), 2 * g.size(2), 2 * g.size(3)}, g.scalar_type());
  AT_DISPATCH_FLOATING_TYPES(g.scalar_type(), "pool_gradient", [&] {
    const auto* value = g.const_data_ptr<scalar_t>();
    const auto* from = source.const_data_ptr<std::int32_t>();
    for_each_window(gradient.data_ptr<scalar_t>(), source.sizes(), [&](const auto& window, std::int64_t at) {
      put<scalar_t>(value + at, from + at, window, source.size(1));
    });
  });
  return gradient;
}

}  // namespace fedmeta::learn

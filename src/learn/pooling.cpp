#include "learn/pooling.hpp"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <array>

namespace fedmeta::learn {
namespace {

constexpr std::int32_t off = 4;

// The compiler makes vectors of the channels where it knows that nothing overlaps, that every value may be
// read, and (a flag in CMakeLists.txt) that comparing numbers does not trap.

/// The rows of values, one for each channel, of the four places of a window.
template <class T>
using Window = std::array<T*, 4>;

template <class T>
void pool_window(const Window<const T>& in, T* __restrict value, std::int32_t* __restrict source,
                 std::int64_t channels) {
  const T* __restrict in0 = in[0], * __restrict in1 = in[1], * __restrict in2 = in[2], * __restrict in3 = in[3];
  for (std::int64_t c = 0; c < channels; ++c) {
    const bool lower_first = in1[c] > in0[c], lower_second = in3[c] > in2[c];
    const T first = lower_first ? in1[c] : in0[c], second = lower_second ? in3[c] : in2[c];
    const std::int32_t place = second > first ? 2 + lower_second : 0 + lower_first;
    const T most = second > first ? second : first;
    value[c] = most > 0 ? most : 0;
    source[c] = most > 0 ? place : off;
  }
}

/// to += from where a source is `place`.
template <class T>
void add_where(std::int32_t place, const std::int32_t* __restrict source, const T* __restrict from,
               T* __restrict to, std::int64_t channels) {
  for (std::int64_t c = 0; c < channels; ++c) {
    const T value = from[c];
    to[c] += source[c] == place ? value : 0;
  }
}

template <class T>
void pick(const Window<const T>& in, const std::int32_t* source, T* value, std::int64_t channels) {
  std::fill_n(value, channels, T(0));
  for (std::int32_t k = 0; k < 4; ++k) add_where(k, source, in[std::size_t(k)], value, channels);
}

template <class T>
void put(const T* value, const std::int32_t* source, const Window<T>& out, std::int64_t channels) {
  for (std::int32_t k = 0; k < 4; ++k) {
    T* const place = out[std::size_t(k)];
    std::fill_n(place, channels, T(0));
    add_where(k, source, value, place, channels);
  }
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

#include "kernels/winograd.hpp"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <array>

#include "kernels/direct_products.hpp"
#include "kernels/padded_images.hpp"

namespace fedmeta::kernels {
namespace {

// The points are a, -a, b, -b. With ab = 1 the maps have few different numbers.
constexpr double a = 2.0 / 3, b = 3.0 / 2;

/// G [6, 5]: maps a polynomial's coefficients to its values at the points, divided by the products of the
/// points' differences; points in the order 0, a, -a, b, -b, infinity.
constexpr std::array<double, 30> kernel_map = [] {
  std::array<double, 30> map{};
  map.front() = map.back() = 1;
  auto* entry = &map[5];
  for (const double p : {a, -a, b, -b}) {
    const double square = p * p, other = 1 / square;
    double power = 1 / (2 * square * (square - other));
    for (int k = 0; k < 5; ++k, power *= p) *entry++ = power;
  }
  return map;
}();

/// Numbers of type T at distance `step` from each other.
template <class T>
struct Line {
  T* first;
  std::int64_t step;
};

/// B': maps six neighbouring inputs to their values at the points, for each of `channels` channels.
template <class T>
FEDMETA_INLINE inline void to_points(Line<const T> in, Line<T> out, std::int64_t channels) {
  FEDMETA_INDEPENDENT
  for (std::int64_t c = 0; c < channels; ++c) {
    const T* const x = in.first + c;
    T* const y = out.first + c;
    const T d0 = x[0], d1 = x[in.step], d2 = x[2 * in.step];
    const T d3 = x[3 * in.step], d4 = x[4 * in.step], d5 = x[5 * in.step];
    const T even_a = d4 - T(b * b) * d2, odd_a = T(a) * d3 - T(b) * d1;
    const T even_b = d4 - T(a * a) * d2, odd_b = T(b) * d3 - T(a) * d1;
    y[0] = d0 - T(a * a + b * b) * d2 + d4;
    y[out.step] = even_a + odd_a;
    y[2 * out.step] = even_a - odd_a;
    y[3 * out.step] = even_b + odd_b;
    y[4 * out.step] = even_b - odd_b;
    y[5 * out.step] = d1 - T(a * a + b * b) * d3 + d5;
  }
}

/// B, the transpose; adds to six neighbouring inputs.
template <class T>
FEDMETA_INLINE inline void add_from_points(Line<const T> in, Line<T> out, std::int64_t channels) {
  FEDMETA_INDEPENDENT
  for (std::int64_t c = 0; c < channels; ++c) {
    const T* const x = in.first + c;
    T* const y = out.first + c;
    const T v0 = x[0], v5 = x[5 * in.step];
    const T sum_a = x[in.step] + x[2 * in.step], difference_a = x[in.step] - x[2 * in.step];
    const T sum_b = x[3 * in.step] + x[4 * in.step], difference_b = x[3 * in.step] - x[4 * in.step];
    y[0] += v0;
    y[out.step] += v5 - T(b) * difference_a - T(a) * difference_b;
    y[2 * out.step] -= T(a * a + b * b) * v0 + T(b * b) * sum_a + T(a * a) * sum_b;
    y[3 * out.step] += T(a) * difference_a + T(b) * difference_b - T(a * a + b * b) * v5;
    y[4 * out.step] += v0 + sum_a + sum_b;
    y[5 * out.step] += v5;
  }
}

/// A': maps six sums to two neighbouring outputs.
template <class T>
FEDMETA_INLINE inline std::array<T, 2> outputs(const T* x, std::int64_t step) {
  const T sum_a = x[step] + x[2 * step], difference_a = x[step] - x[2 * step];
  const T sum_b = x[3 * step] + x[4 * step], difference_b = x[3 * step] - x[4 * step];
  return {x[0] + sum_a + sum_b, T(a) * difference_a + T(b) * difference_b + x[5 * step]};
}

/// A, the transpose.
template <class T>
FEDMETA_INLINE inline void spread(T y0, T y1, T* x, std::int64_t step) {
  x[0] = y0;
  x[step] = y0 + T(a) * y1;
  x[2 * step] = y0 - T(a) * y1;
  x[3 * step] = y0 + T(b) * y1;
  x[4 * step] = y0 - T(b) * y1;
  x[5 * step] = y1;
}

/// Maps along y first, for a whole row of tiles at once, then along x.
template <class T>
void image_to_places(const PaddedImages& grid, const T* image, T* places) {
  const auto c = grid.channels, line = grid.line(), place = grid.windows() * c;
  at::parallel_for(0, grid.images * grid.rows, 4, [&](std::int64_t first, std::int64_t last) {
    std::vector<T> scratch(static_cast<std::size_t>(6 * line));
    T* const lines = scratch.data();
    vector_loop(first, last, [=](std::int64_t row) FEDMETA_INLINE {
      to_points<T>({image + grid.input(row), line}, {lines, line}, line);
      for (std::int64_t x = 0; x < grid.columns; ++x)
        for (std::int64_t i = 0; i < 6; ++i)
          to_points<T>({lines + i * line + 2 * x * c, c},
                       {places + 6 * i * place + (row * grid.columns + x) * c, place}, c);
    });
  });
}

/// Works on one image at a time, since rows of tiles overlap.
template <class T>
void places_to_image(const PaddedImages& grid, const T* places, T* image) {
  const auto c = grid.channels, line = grid.line(), place = grid.windows() * c;
  at::parallel_for(0, grid.images, 1, [&](std::int64_t first, std::int64_t last) {
    std::vector<T> scratch(static_cast<std::size_t>(6 * line));
    T* const lines = scratch.data();
    vector_loop(first * grid.rows, last * grid.rows, [=](std::int64_t row) FEDMETA_INLINE {
      std::fill_n(lines, 6 * line, T(0));
      for (std::int64_t x = 0; x < grid.columns; ++x)
        for (std::int64_t i = 0; i < 6; ++i)
          add_from_points<T>({places + 6 * i * place + (row * grid.columns + x) * c, place},
                             {lines + i * line + 2 * x * c, c}, c);
      add_from_points<T>({lines, line}, {image + grid.input(row), line}, line);
    });
  });
}

/// Calls finish(index in [tiles, channels], channel, window of outputs) for all of [36, tiles, channels].
template <class T, class F>
void for_each_window(const T* places, std::int64_t tiles, std::int64_t channels, F finish) {
  const auto place = tiles * channels;
  at::parallel_for(0, tiles, 64, [&](std::int64_t first, std::int64_t last) {
    std::vector<T> scratch(static_cast<std::size_t>(12 * channels));
    T* const lines = scratch.data();
    vector_loop(first, last, [=](std::int64_t tile) FEDMETA_INLINE {
      for (std::int64_t j = 0; j < 6; ++j) {
        const T* const x = places + j * place + tile * channels;
        FEDMETA_INDEPENDENT
        for (std::int64_t c = 0; c < channels; ++c) {
          const auto y = outputs(x + c, 6 * place);
          lines[j * channels + c] = y[0];
          lines[(6 + j) * channels + c] = y[1];
        }
      }
      FEDMETA_INDEPENDENT
      for (std::int64_t c = 0; c < channels; ++c) {
        const auto upper = outputs(lines + c, channels), lower = outputs(lines + 6 * channels + c, channels);
        finish(tile * channels + c, c, Window<T>{upper[0], upper[1], lower[0], lower[1]});
      }
    });
  });
}

template <class T>
void windows_to_places(const T* g, const std::int32_t* source, std::int64_t tiles, std::int64_t channels,
                       T* places) {
  const auto place = tiles * channels;
  at::parallel_for(0, tiles, 64, [&](std::int64_t first, std::int64_t last) {
    std::vector<T> scratch(static_cast<std::size_t>(12 * channels));
    T* const lines = scratch.data();
    vector_loop(first, last, [=](std::int64_t tile) FEDMETA_INLINE {
      FEDMETA_INDEPENDENT
      for (std::int64_t c = 0; c < channels; ++c) {
        const auto y = put_back(g[tile * channels + c], source[tile * channels + c]);
        spread(y.at[0], y.at[1], lines + c, channels);
        spread(y.at[2], y.at[3], lines + 6 * channels + c, channels);
      }
      for (std::int64_t j = 0; j < 6; ++j) {
        T* const x = places + j * place + tile * channels;
        FEDMETA_INDEPENDENT
        for (std::int64_t c = 0; c < channels; ++c)
          spread(lines[j * channels + c], lines[(6 + j) * channels + c], x + c, 6 * place);
      }
    });
  });
}

}  // namespace

at::Tensor kernels_at_places(const at::Tensor& kernels) {
  const auto line = at::tensor(at::ArrayRef<double>(kernel_map), at::kDouble).view({6, 5});
  const auto map = at::kron(line, line).to(kernels.options());
  const auto co = kernels.size(0), ci = kernels.size(1);
  const ExactProducts of_the_map;
  return product(map, kernels.view({co * ci, 25}).t()).view({winograd_places, co, ci});
}

at::Tensor image_at_places(const at::Tensor& image) {
  const auto grid = PaddedImages::of(image);
  auto places = at::empty({winograd_places, grid.windows(), grid.channels}, image.options());
  AT_DISPATCH_FLOATING_TYPES(image.scalar_type(), "image_at_places", [&] {
    image_to_places(grid, image.const_data_ptr<scalar_t>(), places.data_ptr<scalar_t>());
  });
  return places;
}

void add_from_places(const at::Tensor& at_places, const at::Tensor& image) {
  AT_DISPATCH_FLOATING_TYPES(image.scalar_type(), "add_from_places", [&] {
    places_to_image(PaddedImages::of(image), at_places.const_data_ptr<scalar_t>(),
                    image.data_ptr<scalar_t>());
  });
}

void pool_tiles(const at::Tensor& at_places, const at::Tensor& bias, const Pooled& pooled) {
  AT_DISPATCH_FLOATING_TYPES(at_places.scalar_type(), "pool_tiles", [&] {
    const auto* const bias_of = bias.const_data_ptr<scalar_t>();
    auto* const value = pooled.value.data_ptr<scalar_t>();
    auto* const source = pooled.source.data_ptr<std::int32_t>();
    for_each_window(at_places.const_data_ptr<scalar_t>(), at_places.size(1), at_places.size(2),
                    [=](std::int64_t at, std::int64_t c, Window<scalar_t> y) FEDMETA_INLINE {
                      for (auto& output : y.at) output += bias_of[c];
                      pool(y, value[at], source[at]);
                    });
  });
}

void pool_tiles_along(const at::Tensor& at_places, const at::Tensor& bias, const at::Tensor& source,
                      const at::Tensor& value) {
  AT_DISPATCH_FLOATING_TYPES(at_places.scalar_type(), "pool_tiles_along", [&] {
    const auto* const bias_of = bias.const_data_ptr<scalar_t>();
    auto* const derivative = value.data_ptr<scalar_t>();
    const auto* const from = source.const_data_ptr<std::int32_t>();
    for_each_window(at_places.const_data_ptr<scalar_t>(), at_places.size(1), at_places.size(2),
                    [=](std::int64_t at, std::int64_t c, Window<scalar_t> y) FEDMETA_INLINE {
                      for (auto& output : y.at) output += bias_of[c];
                      derivative[at] = picked(y, from[at]);
                    });
  });
}

at::Tensor tiles_at_places(const at::Tensor& g, const at::Tensor& source) {
  auto places = at::empty({winograd_places, g.size(0), g.size(1)}, g.options());
  AT_DISPATCH_FLOATING_TYPES(g.scalar_type(), "tiles_at_places", [&] {
    windows_to_places(g.const_data_ptr<scalar_t>(), source.const_data_ptr<std::int32_t>(), g.size(0),
                      g.size(1), places.data_ptr<scalar_t>());
  });
  return places;
}

}  // namespace fedmeta::kernels

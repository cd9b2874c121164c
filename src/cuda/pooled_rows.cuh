// What is done for one number, or four channels side by side, of a pooled convolution's rows.
#pragma once

#include "cuda/lanes.cuh"
#include "cuda/pooled_rows.hpp"

namespace fedmeta::cuda {

template <int lanes>
using Sources = Lanes<std::uint8_t, lanes>;

/// `i` counts numbers, not lanes.
template <int lanes>
FEDMETA_ON_BOTH inline Sources<lanes> read(const std::uint8_t* array, std::int64_t i) {
  return *reinterpret_cast<const Sources<lanes>*>(array + i);
}

/// The numbers whose source is `place`; the others zero.
template <int lanes>
FEDMETA_ON_BOTH inline Floats<lanes> only(const Floats<lanes>& numbers, const Sources<lanes>& source,
                                          int place) {
  Floats<lanes> y;
  for (int l = 0; l < lanes; ++l) y.at[l] = source.at[l] == place ? numbers.at[l] : 0.0f;
  return y;
}

/// Pixels of an image as they lie.
template <int lanes>
struct Plain {
  FEDMETA_ON_BOTH Floats<lanes> operator()(const Images& of, std::int64_t image, int y, int x,
                                           int channel) const {
    return read<lanes>(pixels, ((image * of.height + y) * of.width + x) * of.channels + channel);
  }
  const float* pixels;
};

/// Pixels of the image before the pool.
template <int lanes>
struct BeforePool {
  FEDMETA_ON_BOTH Floats<lanes> operator()(const Images& of, std::int64_t image, int y, int x,
                                           int channel) const {
    const auto at = ((image * (of.height / 2) + y / 2) * (of.width / 2) + x / 2) * of.channels + channel;
    return only<lanes>(read<lanes>(dy, at), read<lanes>(source, at), y % 2 * 2 + x % 2);
  }
  const float* dy;
  const std::uint8_t* source;
};

struct Pixel {
  int y, x;
};

struct RowByRow {
  FEDMETA_ON_BOTH static Pixel pixel(unsigned row, unsigned width) {
    return {static_cast<int>(row / width), static_cast<int>(row % width)};
  }
};
/// Window by window, row by row within each.
struct ByWindow {
  FEDMETA_ON_BOTH static Pixel pixel(unsigned row, unsigned width) {
    const unsigned window = row / 4, place = row % 4, across = width / 2;
    return {static_cast<int>(window / across * 2 + place / 2),
            static_cast<int>(window % across * 2 + place % 2)};
  }
};

/// The columns [pixels, k, k, channels] of an image. Rows are pixels, places the columns' lanes.
template <int lanes, class Order, class Read>
struct WriteColumns {
  FEDMETA_ON_BOTH void operator()(std::int64_t image, std::int64_t row, std::int64_t place) const {
    const int channels = static_cast<int>(images.channels), number = static_cast<int>(place) * lanes;
    const int cell = number / channels, channel = number % channels;
    const auto pixel = Order::pixel(static_cast<unsigned>(row), static_cast<unsigned>(images.width));
    const int y = pixel.y + cell / k - k / 2, x = pixel.x + cell % k - k / 2;
    Floats<lanes> numbers{};
    if (y >= 0 && y < images.height && x >= 0 && x < images.width)
      numbers = read_pixel(images, image, y, x, channel);
    const auto pixels = images.height * images.width;
    write(numbers, out, (image * pixels + row) * k * k * channels + number);
  }

  Images images;
  int k;
  Read read_pixel;
  float* out;
};

/// Of rows before the pool and after it, for work on windows: rows are windows, places the channels' lanes.
template <int lanes>
struct WindowPlace {
  FEDMETA_ON_BOTH WindowPlace(const Windows& of, std::int64_t client, std::int64_t window, std::int64_t place)
      : channel(place * lanes),
        pooled((client * of.windows + window) * of.channels + channel),
        first(4 * (pooled - channel) + channel) {}

  std::int64_t channel;
  std::int64_t pooled;  ///< the window's value
  std::int64_t first;   ///< its first row; the others are `channels` apart
};

/// The first of equal numbers is the source. Where one is not a number, neither is the value.
template <int lanes>
struct Pool {
  FEDMETA_ON_BOTH void operator()(std::int64_t client, std::int64_t window, std::int64_t place) const {
    const WindowPlace<lanes> p(windows, client, window, place);
    Floats<lanes> most, added;
    for (int l = 0; l < lanes; ++l) added.at[l] = bias[client * bias_stride + p.channel + l];
    Sources<lanes> from{};
    for (int r = 0; r < 4; ++r) {
      const auto row = read<lanes>(z, p.first + r * windows.channels);
      for (int l = 0; l < lanes; ++l) {
        const float y = row.at[l] + added.at[l];
        if (r > 0 && !(y > most.at[l]) && y == y) continue;
        most.at[l] = y;
        from.at[l] = static_cast<std::uint8_t>(r);
      }
    }
    for (int l = 0; l < lanes; ++l) {
      if (!(most.at[l] > 0)) from.at[l] = from_nowhere;
      if (most.at[l] <= 0) most.at[l] = 0;
    }
    write(most, value, p.pooled);
    write(from, source, p.pooled);
  }

  Windows windows;
  const float *z, *bias;
  std::int64_t bias_stride;
  float* value;
  std::uint8_t* source;
};

template <int lanes>
struct Pick {
  FEDMETA_ON_BOTH void operator()(std::int64_t client, std::int64_t window, std::int64_t place) const {
    const WindowPlace<lanes> p(windows, client, window, place);
    const auto from = read<lanes>(source, p.pooled);
    Floats<lanes> picked{};
    for (int r = 0; r < 4; ++r) {
      const auto row = read<lanes>(rz, p.first + r * windows.channels);
      for (int l = 0; l < lanes; ++l)
        if (from.at[l] == r) picked.at[l] = row.at[l];
    }
    write(picked, value, p.pooled);
  }

  Windows windows;
  const float* rz;
  const std::uint8_t* source;
  float* value;
};

template <int lanes>
struct Unpool {
  FEDMETA_ON_BOTH void operator()(std::int64_t client, std::int64_t window, std::int64_t place) const {
    const WindowPlace<lanes> p(windows, client, window, place);
    const auto numbers = read<lanes>(dy, p.pooled);
    const auto from = read<lanes>(source, p.pooled);
    for (int r = 0; r < 4; ++r) write(only<lanes>(numbers, from, r), dz, p.first + r * windows.channels);
  }

  Windows windows;
  const float* dy;
  const std::uint8_t* source;
  float* dz;
};

}  // namespace fedmeta::cuda

// What kernels/group_pooling.hpp does, on plain arrays.
#pragma once

#include <cstdint>

namespace fedmeta::cuda {

/// Where in its window a value came from: 0 .. 3, row by row, or this if the ReLU is off.
inline constexpr std::uint8_t from_nowhere = 4;

/// Of `count` images [height, width, channels].
struct Images {
  std::int64_t count, height, width, channels;
};

/// Windows [clients, windows, channels].
struct Windows {
  std::int64_t clients, windows, channels;
};

// With `in_fours`, channels are a multiple of 4 and arrays aligned to 16 bytes.

/// The columns [.., k k channels] of the images' pixels, by window.
void columns(const float* image, Images images, int k, float* out, bool in_fours);
/// Those of images whose pixels are dy [.., height / 2, width / 2, channels] at its sources and else zero,
/// row by row.
void columns_before_pool(const float* dy, const std::uint8_t* source, Images images, int k, float* out,
                         bool in_fours);

/// z [.., 4, channels], bias a vector a client, `bias_stride` numbers apart.
void pool(const float* z, const float* bias, std::int64_t bias_stride, Windows windows, float* value,
          std::uint8_t* source, bool in_fours);
/// rz [.., 4, channels] at the sources.
void pick(const float* rz, const std::uint8_t* source, Windows windows, float* value, bool in_fours);
/// The transpose: dz [.., 4, channels].
void unpool(const float* dy, const std::uint8_t* source, Windows windows, float* dz, bool in_fours);

}  // namespace fedmeta::cuda

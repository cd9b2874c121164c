// Locates the inputs of 2 x 2 windows of outputs, for 5 x 5 kernels that keep an image's size. Images are
// stored one after the other, channels last, each with a margin around it.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace fedmeta::kernels {

inline constexpr std::int64_t kernel_side = 5, margin = kernel_side / 2;

struct PaddedImages {
  std::int64_t images, rows, columns, channels;  ///< rows and columns count windows

  /// Describes a tensor [n, h + 4, w + 4, channels].
  static PaddedImages of(const at::Tensor& image) {
    return {image.size(0), image.size(1) / 2 - margin, image.size(2) / 2 - margin, image.size(3)};
  }
  std::int64_t windows() const { return images * rows * columns; }
  /// Returns the distance, in numbers, from one line of an image to the next.
  std::int64_t line() const { return 2 * (columns + margin) * channels; }
  /// Returns the index of the first input of a row of windows; rows are counted over all images.
  std::int64_t input(std::int64_t row) const {
    return (row / rows * 2 * (rows + margin) + row % rows * 2) * line();
  }
};

}  // namespace fedmeta::kernels

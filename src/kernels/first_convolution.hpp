// A network's first layer: 5 x 5 convolution of one-channel images that keeps their size, 2 x 2 max-pooling,
// ReLU. With 25 products per output a library has nothing to gain, so windows are computed and pooled in
// registers; the unpooled image of 28 x 28 x 32 numbers is never stored.
#pragma once

#include <ATen/core/Tensor.h>

#include "kernels/factor.hpp"
#include "kernels/pool_window.hpp"
#include "kernels/winograd_convolution.hpp"

namespace fedmeta::kernels {

class FirstConvolution {
 public:
  /// Runs the layer. x [n, image * image], `image` even; float or double, on the CPU; kernels [c, 1, 5, 5],
  /// bias [c].
  FirstConvolution(const Factor& x, std::int64_t image, const Factor& kernels, const at::Tensor& bias);

  /// Returns [n, image/2 + 4, image/2 + 4, c], zero around the image.
  const at::Tensor& output() const { return output_; }
  /// Returns the output's derivative along a direction of the parameters, shaped like the output.
  at::Tensor output_along(const Factor& kernels, const at::Tensor& bias) const;
  /// Writes the parameters' gradient, given that of the output, g, whose margin is not read.
  void write_gradient(const at::Tensor& g, const ConvolutionGradient& to) const;

 private:
  at::Tensor empty_output(std::int64_t channels) const;

  std::int64_t image_;
  at::Tensor x_;  ///< [n, image + 4, image + 4], zero around the image
  at::Tensor output_;
  at::Tensor source_;  ///< [n, image/2, image/2, c], see Pooled
};

}  // namespace fedmeta::kernels

// A layer: 5 x 5 convolution that keeps the size, 2 x 2 max-pooling, ReLU. One batch through it and back.
#pragma once

#include <ATen/core/Tensor.h>

#include "kernels/winograd.hpp"

namespace fedmeta::kernels {

/// Its parameters, or a direction among them.
struct WinogradWeights {
  WinogradWeights(const at::Tensor& kernels, const at::Tensor& bias)
      : at_places(kernels_at_places(kernels)), bias(bias) {}

  at::Tensor at_places;  ///< [36, co, ci]
  at::Tensor bias;       ///< [co]
};

/// Where the gradient of the kernels [co, ci, 5, 5] and of the bias [co] go.
struct ConvolutionGradient {
  at::Tensor kernels, bias;
};

/// What the forward pass of one batch leaves.
class WinogradConvolution {
 public:
  /// x [n, h + 4, w + 4, ci], zero around the image
  WinogradConvolution(WinogradWeights weights, at::Tensor x);

  /// [n, h/2, w/2, co]
  const at::Tensor& output() const { return pooled_.value; }
  /// Returns its derivative where x changes as rx and the parameters as v.
  at::Tensor output_along(const at::Tensor& rx, const WinogradWeights& v) const;

 private:
  friend class WinogradBackward;
  /// [co, 5, 5, ci], zero: where a gradient of the kernels is summed up.
  at::Tensor no_sums() const;

  WinogradWeights w_;
  at::Tensor x_;
  Pooled pooled_;
};

/// What the backward pass leaves.
class WinogradBackward {
 public:
  /// g: the gradient with respect to the output.
  WinogradBackward(WinogradConvolution forward, at::Tensor g);

  /// The gradient with respect to x; what it has around the image is of no meaning.
  const at::Tensor& input_gradient() const { return dx_; }
  void write_gradient(const ConvolutionGradient& to) const;

  /// Returns the derivative of input_gradient() where x changes as rx, the parameters as v and g as rg, and
  /// writes that of the parameters' gradient.
  at::Tensor write_gradient_along(const at::Tensor& rx, const WinogradWeights& v, const at::Tensor& rg,
                                  const ConvolutionGradient& to) const;

 private:
  WinogradConvolution forward_;
  at::Tensor g_, dx_;
};

}  // namespace fedmeta::kernels

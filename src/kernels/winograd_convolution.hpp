// A layer with 5 x 5 convolution that keeps the size, 2 x 2 max-pooling and ReLU: passes of one batch.
// Factors are rounded before Winograd's maps, whose own products are not, so that it stays exact algebra.
#pragma once

#include <ATen/core/Tensor.h>

#include "kernels/factor.hpp"
#include "kernels/winograd.hpp"

namespace fedmeta::kernels {

/// The layer's parameters, or a direction in their space.
struct WinogradWeights {
  WinogradWeights(const Factor& kernels, const at::Tensor& bias)
      : at_places(kernels_at_places(kernels.value())), bias(bias) {}

  at::Tensor at_places;  ///< [36, co, ci]
  at::Tensor bias;       ///< [co]
};

/// Memory for the gradients of the kernels [co, ci, 5, 5] and the bias [co].
struct ConvolutionGradient {
  at::Tensor kernels, bias;
};

/// The forward pass of one batch, with the results that later passes need.
class WinogradConvolution {
 public:
  /// Runs the pass; x [n, h + 4, w + 4, ci], zero around the image.
  WinogradConvolution(WinogradWeights weights, const Factor& x);

  /// Returns [n, h/2, w/2, co].
  const at::Tensor& output() const { return pooled_.value; }
  /// Returns the output's derivative along the direction in which x changes by rx and the parameters by v.
  at::Tensor output_along(const Factor& rx, const WinogradWeights& v) const;

 private:
  friend class WinogradBackward;
  /// Returns zeros [co, 5, 5, ci], to which the terms of the kernels' gradient are added.
  at::Tensor no_sums() const;

  WinogradWeights w_;
  at::Tensor x_;
  Pooled pooled_;
};

/// The backward pass of one batch.
class WinogradBackward {
 public:
  /// Runs the pass; g is the gradient with respect to the output.
  WinogradBackward(WinogradConvolution forward, at::Tensor g);

  /// Returns the gradient with respect to x; its values around the image are meaningless.
  const at::Tensor& input_gradient() const { return dx_; }
  void write_gradient(const ConvolutionGradient& to) const;

  /// Returns the derivative of input_gradient() along the direction in which x changes by rx, the parameters
  /// by v and g by rg, and writes the derivative of the parameters' gradient.
  at::Tensor write_gradient_along(const Factor& rx, const WinogradWeights& v, const at::Tensor& rg,
                                  const ConvolutionGradient& to) const;

 private:
  WinogradConvolution forward_;
  at::Tensor g_;
  Factor factor_;  ///< g_ in products
  at::Tensor dx_;
};

}  // namespace fedmeta::kernels

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

class WinogradConvolution {
 public:
  explicit WinogradConvolution(WinogradWeights weights) : w_(std::move(weights)) {}

  /// x [n, h + 4, w + 4, ci], zero around the image -> [n, h/2, w/2, co].
  const at::Tensor& forward(const at::Tensor& x);
  /// What it gave.
  const at::Tensor& output() const { return pooled_.value; }
  /// g as that -> the gradient with respect to x; what it has around the image is of no meaning.
  at::Tensor backward(const at::Tensor& g);
  /// The parameters' gradient, after `backward`.
  void write_gradient(const ConvolutionGradient& to) const;

  /// Derivative of `forward` where x changes as rx and the parameters as v.
  at::Tensor forward_along(const at::Tensor& rx, const WinogradWeights& v) const;
  /// Derivative of `backward` where, besides, g changes as rg; that of the parameters' gradient is written.
  at::Tensor backward_along(const at::Tensor& rx, const WinogradWeights& v, const at::Tensor& rg,
                            const ConvolutionGradient& to) const;

 private:
  /// [co, 5, 5, ci], zero: where a gradient of the kernels is summed up.
  at::Tensor no_sums() const;

  WinogradWeights w_;
  at::Tensor x_, g_;
  Pooled pooled_;
};

}  // namespace fedmeta::kernels

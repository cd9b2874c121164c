// Passes of one batch through the FEMNIST network: conv - pool - conv - pool - fc - fc.
#pragma once

#include <ATen/core/Tensor.h>

#include "engine/cnn_blocks.hpp"
#include "kernels/factor_strips.hpp"
#include "kernels/factored_matrix.hpp"
#include "kernels/first_convolution.hpp"
#include "kernels/softmax_loss.hpp"
#include "kernels/winograd_convolution.hpp"

namespace fedmeta::engine {

/// Parameters, or a direction in their space, with fc1's weight, nearly all of them, apart from the rest.
struct CnnPoint {
  model::Weights blocks;       ///< one view per block; fc1's is not read
  kernels::FactoredView wide;  ///< fc1's weight
};

/// The forward pass of one batch, with the results that later passes need.
class CnnForward {
 public:
  /// x [n, image * image]
  CnnForward(const model::ImageCnn& network, CnnPoint point, const at::Tensor& x);

  /// Returns the class scores [n, classes].
  const at::Tensor& scores() const { return scores_; }

 private:
  friend class CnnBackward;
  CnnPoint w_;
  kernels::FirstConvolution first_;
  kernels::WinogradConvolution second_;
  at::Tensor f_, a1_, scores_;
};

/// The backward pass: first derivatives of the batch's mean loss, and a function for second ones.
class CnnBackward {
 public:
  CnnBackward(CnnForward forward, const at::Tensor& labels);

  /// Returns the mean loss, a scalar tensor.
  const at::Tensor& loss() const { return loss_.value(); }
  /// Writes the gradient into `g`, one view per block, except for fc1's weight.
  void write_gradient(model::Weights& g) const;
  /// Returns the gradient of fc1's weight.
  kernels::Factors wide_gradient() const;
  /// Writes the Hessian times v into `h`, except for fc1's weight, whose part it returns.
  kernels::Factors write_hessian_product(const CnnPoint& v, model::Weights& h) const;

 private:
  CnnForward forward_;
  kernels::SoftmaxLoss loss_;
  at::Tensor active_, dz1_;
  kernels::WinogradBackward second_;
};

}  // namespace fedmeta::engine

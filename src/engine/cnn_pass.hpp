// One batch through FEMNIST's network and back: conv - pool - conv - pool - fc - fc.
#pragma once

#include <ATen/core/Tensor.h>

#include <optional>

#include "kernels/factored_matrix.hpp"
#include "kernels/first_convolution.hpp"
#include "kernels/softmax_loss.hpp"
#include "kernels/winograd_convolution.hpp"
#include "model/image_cnn.hpp"

namespace fedmeta::engine {

/// Places of the network's blocks in its layout.
enum CnnBlock { conv1, conv1_bias, conv2, conv2_bias, fc1, fc1_bias, fc2, fc2_bias };

/// Parameters, or a direction among them: fc1's weight, nearly all there is, apart from the rest.
struct CnnPoint {
  model::Weights blocks;         ///< one view a block; fc1's is not read
  kernels::FactoredMatrix wide;  ///< fc1's weight
};

/// A change of fc1's weight as the outer products left' right: left [n, hidden], right [n, features].
struct WideFactors {
  at::Tensor left, right;
};

/// What the forward pass of one batch leaves, then the backward pass, then both along a direction.
class CnnPass {
 public:
  /// x [n, image * image]
  CnnPass(const model::ImageCnn& network, CnnPoint point, const at::Tensor& x);

  /// [n, classes]
  at::Tensor scores();
  /// Forward and backward; the mean loss. First of all where any of the following is wanted.
  at::Tensor differentiate(const at::Tensor& labels);

  /// The gradient of the mean loss into `g`, one view a block, fc1's excepted.
  void gradient(model::Weights& g) const;
  /// fc1's part of it.
  WideFactors wide_gradient() const;
  /// The Hessian times v into `h`, fc1's excepted; that is what it gives back.
  WideFactors hessian_product(const CnnPoint& v, model::Weights& h) const;

 private:
  CnnPoint w_;
  std::int64_t n_;
  kernels::FirstConvolution first_;
  kernels::WinogradConvolution second_;
  at::Tensor f_, a1_, active_, d2_, dz1_, dp1_;
  std::optional<kernels::SoftmaxLoss> loss_;
};

}  // namespace fedmeta::engine

// The image networks for all clients of a group: conv - pool - conv - pool - fc - fc. Names: p1 and p2 are
// what the two pooled convolutions give, f is p2 flattened, a1 the hidden layer behind its ReLU, z1 before
// it; d... is the losses' gradient with respect to ..., R... the derivative along v.
#pragma once

#include <ATen/core/Tensor.h>

#include "engine/batched/group_matrix.hpp"
#include "engine/batched/pooled_convolution.hpp"
#include "engine/batched/softmax_losses.hpp"
#include "engine/cnn_blocks.hpp"

namespace fedmeta::engine::batched {

/// Parameters, or a direction among them: fc1's weight, nearly all there is, apart from the rest.
struct CnnPoint {
  model::Weights blocks;  ///< one view a block, [G, shape ...]; fc1's is not read
  GroupMatrix wide;       ///< fc1's weight
};

/// Of all blocks as they lie in [G, P].
CnnPoint point_at(model::Weights blocks);

/// A change of fc1's weight as the outer products left' right: left [G, n, hidden], right [G, n, features].
struct WideFactors {
  at::Tensor left, right;
};

/// Whether these passes serve the network.
bool has_batched_passes(const model::ImageCnn& network);

/// One portion of a group, x [G, n, image * image].
class CnnPass {
 public:
  CnnPass(const model::ImageCnn& network, CnnPoint point, const at::Tensor& x);

  /// [G, n, classes]
  const at::Tensor& scores() const { return scores_; }
  /// Goes back, once, from dscores. All that follows needs it.
  void go_back(const at::Tensor& dscores);
  /// The gradient, but for fc1's part, which it returns.
  WideFactors add_gradient(Sums& g) const;
  /// The Hessian times v, likewise.
  WideFactors add_hessian_product(const CnnPoint& v, const SoftmaxLosses& losses, Sums& h) const;

 private:
  CnnPoint w_;
  PooledConvolution first_, second_;
  at::Tensor f_, a1_, scores_;
  at::Tensor dscores_, active_, dz1_, dp2_, dp1_;
};

}  // namespace fedmeta::engine::batched

// What a network brings to be computed for all clients of a group at once: its passes, derived by hand.
//
// All tensors have the clients as their first dimension. d... is the losses' gradient with respect to ...,
// R... the derivative along v (the R-operator; Pearlmutter 1994).
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>

#include "engine/batched/group_parameters.hpp"
#include "engine/batched/softmax_losses.hpp"
#include "model/network.hpp"

namespace fedmeta::engine::batched {

/// One portion of a group through the network and back.
class Pass {
 public:
  virtual ~Pass() = default;

  /// [G, n, classes]
  virtual const at::Tensor& scores() const = 0;
  /// Goes back, once, from dscores. All that follows needs it.
  virtual void go_back(const at::Tensor& dscores) = 0;
  virtual void add_gradient(Sums& g) const = 0;
  /// v: one view a block, [G, shape ...]. `losses` are those that gave the dscores.
  virtual void add_hessian_product(const model::Weights& v, const SoftmaxLosses& losses, Sums& h) const = 0;
};

class Passes {
 public:
  virtual ~Passes() = default;

  /// w: one view a block, [G, shape ...]; x [G, n, ...].
  virtual std::unique_ptr<Pass> forward(const model::Weights& w, const at::Tensor& x) const = 0;
  /// Numbers that a row takes while it is in work, about, at most.
  virtual std::int64_t numbers_in_work() const = 0;
  /// Numbers of a row that a pass leaves, about.
  virtual std::int64_t numbers_kept() const = 0;
};

// What there is for the networks. Null where they do not serve; the network must outlive them.
std::unique_ptr<Passes> dense_passes(const model::Network& network);
std::unique_ptr<Passes> cnn_passes(const model::Network& network);
std::unique_ptr<Passes> lstm_passes(const model::Network& network);

}  // namespace fedmeta::engine::batched

// The passes of one LSTM layer for all clients of a group, over all steps: forward, backward, and both along
// a direction (the R-operator; Pearlmutter 1994). The cell: c = f c_before + i g, h = o tanh(c), with the
// gates i, f, g, o = sigmoid, sigmoid, tanh, sigmoid of a.
//
// All that does not wait for the step before is made for all steps at once: the products with the inputs, the
// weights' gradients, and every factor that the recursions over the steps then only multiply by. A step is
// left with one product and four or seven operators, whatever the number of clients.
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "engine/batched/group_parameters.hpp"

namespace fedmeta::engine::batched {

/// A layer's weights, or a direction in them.
struct LstmWeights {
  at::Tensor ih, hh;               ///< [G, 4 hidden, inputs], [G, 4 hidden, hidden]
  std::vector<at::Tensor> biases;  ///< each [G, 4 hidden]; one or two, which are added up
};

// Tensors "of all steps" are [G, length, n, ...]; those of gates have i, f, g, o side by side.

class LstmForward {
 public:
  /// x of all steps, [.., inputs]
  LstmForward(LstmWeights weights, const at::Tensor& x);

  /// h of all steps.
  const at::Tensor& output() const { return h_; }

 private:
  friend class LstmBackward;
  friend class LstmForwardAlong;
  friend class LstmBackwardAlong;

  LstmWeights w_;
  at::Tensor x_, gates_, c_, tanh_c_, h_;  ///< c has the zeros before the first step, too
};

class LstmBackward {
 public:
  /// dh of all steps by way of what reads the outputs; taken over and changed. `forward` must outlive it.
  LstmBackward(const LstmForward& forward, at::Tensor dh);

  /// dx of all steps.
  at::Tensor input_gradient() const;
  /// To the layer's blocks, of which `first` is the first.
  void add_gradient(std::size_t first, Sums& g) const;

 private:
  friend class LstmForwardAlong;
  friend class LstmBackwardAlong;

  const LstmForward& forward_;
  at::Tensor from_c_;  ///< dc / da of the gates i, f, g at the same step, and dh / da of o
  at::Tensor h_by_c_;  ///< dh / dc at the same step
  at::Tensor dh_, dc_, da_;
};

class LstmForwardAlong {
 public:
  /// Rx of all steps, or undefined: zero. `backward` must outlive it.
  LstmForwardAlong(const LstmBackward& backward, at::Tensor rx, LstmWeights v);

  /// Rh of all steps.
  const at::Tensor& output() const { return rh_; }

 private:
  friend class LstmBackwardAlong;

  const LstmBackward& backward_;
  LstmWeights v_;
  at::Tensor rx_, ra_, rc_, rh_;  ///< rc has the zeros before the first step, too
};

class LstmBackwardAlong {
 public:
  /// Rdh as dh. `along` must outlive it.
  LstmBackwardAlong(const LstmForwardAlong& along, at::Tensor rdh);

  /// Rdx of all steps.
  at::Tensor input_gradient() const;
  void add_gradient(std::size_t first, Sums& h) const;

 private:
  void differentiate_slopes();

  const LstmForwardAlong& along_;
  at::Tensor rdh_, rdc_, rda_;
};

}  // namespace fedmeta::engine::batched

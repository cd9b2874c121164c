// The passes of one LSTM layer for all clients of a group, over all steps: forward, backward, and both along
// a direction (the R-operator; Pearlmutter 1994). All products that do not wait for the step before are made
// for all steps at once: those with the inputs, and the weights' gradients. What is left: lstm_steps.hpp.
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "engine/batched/group_parameters.hpp"
#include "kernels/group_lstm.hpp"

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
  const at::Tensor& output() const { return steps_.h; }

 private:
  friend class LstmBackward;
  friend class LstmForwardAlong;
  friend class LstmBackwardAlong;

  LstmWeights w_;
  at::Tensor x_;
  const kernels::GroupLstm& cells_;
  kernels::LstmSteps steps_;
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

  void add_to_biases(std::size_t first, const at::Tensor& da, Sums& g) const;

  const LstmForward& forward_;
  kernels::LstmSteps steps_;  ///< with those of `forward`
};

class LstmForwardAlong {
 public:
  /// Rx of all steps, or undefined: zero. `backward` must outlive it.
  LstmForwardAlong(const LstmBackward& backward, at::Tensor rx, LstmWeights v);

  /// Rh of all steps.
  const at::Tensor& output() const { return steps_.rh; }

 private:
  friend class LstmBackwardAlong;

  const LstmBackward& backward_;
  LstmWeights v_;
  at::Tensor rx_;
  kernels::LstmStepsAlong steps_;
};

class LstmBackwardAlong {
 public:
  /// Rdh as dh. `along` must outlive it.
  LstmBackwardAlong(const LstmForwardAlong& along, at::Tensor rdh);

  /// Rdx of all steps.
  at::Tensor input_gradient() const;
  void add_gradient(std::size_t first, Sums& h) const;

 private:
  const LstmForwardAlong& along_;
  kernels::LstmStepsAlong steps_;  ///< with those of `along`
};

}  // namespace fedmeta::engine::batched

// Passes of one LSTM layer over all steps of a batch: forward, backward, and both differentiated along a
// direction (the R-operator; Pearlmutter 1994).
//
// Whatever does not depend on the previous step is one product for all steps: the inputs' share of the gates,
// the gradients of weights and inputs and, in the passes along a direction, the share of the direction's
// recurrent weight. Each step is left with one product of its few rows with the packed recurrent weight, and
// one loop over the cells.
#pragma once

#include <ATen/core/Tensor.h>

#include <utility>
#include <vector>

#include "kernels/packed_matrix.hpp"
#include "kernels/workspace.hpp"

namespace fedmeta::engine {

/// A layer's weights, a direction in their space, or a gradient with respect to them.
struct LstmWeights {
  at::Tensor ih, hh;               ///< [4 hidden, inputs], [4 hidden, hidden]
  std::vector<at::Tensor> biases;  ///< each [4 hidden]; one or two, which are summed
};

// Tensors "of all steps" are [length n, ...], with the n rows of the first step first. d... is the loss's
// gradient with respect to ..., R... the derivative along v. Each pass is constructed from earlier ones,
// whose results it shares. The results stay in the workspace until its restart.

/// A layer's weights, the sizes of a batch, and memory for its passes.
class LstmLayer {
 public:
  LstmLayer(LstmWeights weights, std::int64_t length, std::int64_t n, kernels::Workspace& workspace)
      : w_(std::move(weights)), length_(length), n_(n), hidden_(w_.hh.size(1)), workspace_(&workspace) {}

  const LstmWeights& weights() const { return w_; }
  std::int64_t length() const { return length_; }
  std::int64_t rows() const { return n_; }
  std::int64_t hidden() const { return hidden_; }

  /// Returns memory for `steps` steps, [steps n, width].
  at::Tensor take(std::int64_t steps, std::int64_t width) const;
  /// Returns memory for all steps, after n rows of zeros that stand for the step before the first.
  at::Tensor take_from_zeros(std::int64_t width) const;
  /// Returns the sum of the biases, repeated for all steps.
  at::Tensor biases(const LstmWeights& weights) const;
  /// Returns da w.
  at::Tensor data_gradient(const at::Tensor& da, const at::Tensor& w) const;
  /// Return all steps but the last, and all but the first.
  at::Tensor earlier(const at::Tensor& all) const { return all.narrow(0, 0, (length_ - 1) * n_); }
  at::Tensor later(const at::Tensor& all) const { return all.narrow(0, n_, (length_ - 1) * n_); }

 private:
  LstmWeights w_;
  std::int64_t length_, n_, hidden_;
  kernels::Workspace* workspace_;
};

class LstmForward {
 public:
  /// x of all steps: [length n, inputs].
  LstmForward(LstmLayer layer, at::Tensor x);

  /// Returns h of all steps.
  const at::Tensor& output() const { return h_; }

 private:
  friend class LstmBackward;
  friend class LstmForwardAlong;
  friend class LstmBackwardAlong;
  template <class T>
  void go();

  LstmLayer layer_;
  kernels::PackedMatrix recurrent_;  ///< hh'
  // All steps; c also has the zeros before the first step. The gates are stored after their activations.
  at::Tensor x_, gates_, c_, tanh_c_, h_;
};

class LstmBackward {
 public:
  /// dh of all steps, from whatever reads the outputs. Takes its memory over and modifies it.
  LstmBackward(const LstmForward& forward, at::Tensor dh);

  /// Returns dx of all steps.
  at::Tensor input_gradient() const;
  /// Adds the gradient of the weights to g.
  void add_gradient(LstmWeights& g) const;

 private:
  friend class LstmBackwardAlong;
  template <class T>
  void go();

  LstmForward forward_;
  kernels::PackedMatrix recurrent_;  ///< hh
  at::Tensor dh_, da_;               ///< all steps; a: the gates before their activations
};

class LstmForwardAlong {
 public:
  /// Rx of all steps; undefined means zero.
  LstmForwardAlong(const LstmForward& forward, at::Tensor rx, LstmWeights v);

  /// Returns Rh of all steps.
  const at::Tensor& output() const { return rh_; }

 private:
  friend class LstmBackwardAlong;
  template <class T>
  void go(const LstmForward& forward);

  LstmWeights v_;
  at::Tensor rx_, rgates_, rc_, rh_;
};

class LstmBackwardAlong {
 public:
  /// Takes passes that belong to the same forward pass, and Rdh, as the backward pass takes dh.
  LstmBackwardAlong(const LstmBackward& backward, const LstmForwardAlong& along, at::Tensor rdh);

  /// Returns Rdx of all steps.
  at::Tensor input_gradient() const;
  /// Adds R of the weights' gradient, the Hessian times v, to g.
  void add_gradient(LstmWeights& g) const;

 private:
  template <class T>
  void go();

  LstmBackward backward_;
  LstmForwardAlong along_;
  at::Tensor rdh_, rda_;
};

}  // namespace fedmeta::engine

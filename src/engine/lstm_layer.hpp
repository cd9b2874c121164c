// The passes of one LSTM layer over all steps of a batch: forward, backward, and both differentiated along a
// direction (the R-operator; Pearlmutter 1994).
//
// All that does not wait for the step before is one product for all steps: what the inputs add to the gates,
// the gradients of weights and inputs, and of the derivatives also what the direction's recurrent weight
// adds. A step is left with one product, of its few rows with the packed recurrent weight, and one loop over
// the cells.
#pragma once

#include <ATen/core/Tensor.h>

#include <optional>
#include <vector>

#include "kernels/packed_matrix.hpp"
#include "kernels/workspace.hpp"

namespace fedmeta::engine {

/// A layer's weights, or a direction in them, or a gradient with respect to them.
struct LstmWeights {
  at::Tensor ih, hh;               ///< [4 hidden, inputs], [4 hidden, hidden]
  std::vector<at::Tensor> biases;  ///< each [4 hidden]; one or two, which are added up
};

/// Tensors "of all steps" are [length n, ...], the n rows of the first step first. d... is the loss's
/// gradient, R... the derivative along v. Call forward; then backward and forward_along; then backward_along.
class LstmLayer {
 public:
  /// What the passes leave lies in `workspace`, until its restart.
  LstmLayer(LstmWeights weights, std::int64_t length, std::int64_t n, kernels::Workspace& workspace);

  /// x of all steps, [.., inputs] -> the outputs h of all steps.
  const at::Tensor& forward(const at::Tensor& x);
  /// dh of all steps by way of what reads the outputs; taken over and changed.
  void backward(at::Tensor dh);
  /// Rx may be undefined: zero. -> Rh of all steps.
  const at::Tensor& forward_along(const at::Tensor& rx, const LstmWeights& v);
  /// Rdh as dh.
  void backward_along(at::Tensor rdh, const LstmWeights& v);

  /// dx of all steps; after backward.
  at::Tensor input_gradient();
  at::Tensor input_gradient_along(const LstmWeights& v);
  /// Adds to g; after backward.
  void add_gradient(LstmWeights& g) const;
  void add_gradient_along(LstmWeights& g) const;

 private:
  template <class T>
  void forward_steps();
  template <class T>
  void backward_steps();
  template <class T>
  void forward_steps_along();
  template <class T>
  void backward_steps_along();

  at::Tensor take(std::int64_t steps, std::int64_t width);
  at::Tensor before_first(std::int64_t width);
  at::Tensor biases(const LstmWeights& weights);
  at::Tensor data_gradient(const at::Tensor& da, const at::Tensor& w);
  at::Tensor earlier(const at::Tensor& all) const { return all.narrow(0, 0, (length_ - 1) * n_); }
  at::Tensor later(const at::Tensor& all) const { return all.narrow(0, n_, (length_ - 1) * n_); }

  LstmWeights w_;
  std::int64_t length_, n_, hidden_;
  kernels::Workspace* workspace_;
  kernels::PackedMatrix recurrent_;                          ///< hh'
  std::optional<kernels::PackedMatrix> recurrent_gradient_;  ///< hh
  // Of all steps; c and rc have the zeros before the first step, too. a: the gates before their activations.
  at::Tensor x_, gates_, c_, tanh_c_, h_, dh_, da_;
  at::Tensor rx_, rgates_, rc_, rh_, rdh_, rda_;
};

}  // namespace fedmeta::engine

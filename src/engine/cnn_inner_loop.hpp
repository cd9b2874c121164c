// The inner loop of SGD with one rate, forward and, for the exact direction, backward. The wide layer's
// weight stays in factored form throughout.
#pragma once

#include <vector>

#include "engine/client_engine.hpp"
#include "engine/cnn_pass.hpp"

namespace fedmeta::engine {

/// Returns the largest batch whose pass leaves no more numbers than the network has parameters.
std::int64_t rows_worth_keeping(const model::ImageCnn& network);

class CnnInnerLoop {
 public:
  /// Returns whether the factors of all these steps together are no longer than the weight itself.
  static bool pays(const model::ImageCnn& network, const std::vector<learn::Batch>& steps);

  /// Takes one client's steps from theta [P]. `order` says whether a backward pass will follow; `witness` may
  /// be null.
  CnnInnerLoop(const model::ImageCnn& network, const at::Tensor& theta, double alpha, learn::Order order,
               const std::vector<learn::Batch>& steps, const learn::PassWitness* witness);

  /// Returns theta_K [P].
  at::Tensor adapted() const;
  /// Returns the direction [P] of FOMAML or MAML, depending on `order`. Consumes the steps kept for the
  /// backward pass.
  Gradient meta_gradient(const learn::Batch& query) &&;

 private:
  /// A step kept for the backward pass: its pass, or what is needed to repeat it.
  struct Step {
    std::shared_ptr<const CnnBackward> pass;
    CnnPoint point;
    const learn::Batch* batch;
  };

  /// A direction during the backward pass, and the query loss.
  struct Direction {
    at::Tensor rest;
    kernels::FactoredMatrix wide;
    at::Tensor loss;
  };

  /// Returns all blocks, fc1's weight included, as one flat vector [P].
  at::Tensor joined(const CnnPoint& point) const;
  Direction direction_at_query(const learn::Batch& query) const;
  std::shared_ptr<const CnnBackward> pass_through(const CnnPoint& point, const learn::Batch& batch) const;
  CnnPoint point() const;
  void step(const learn::Batch& batch);

  const model::ImageCnn& network_;
  double alpha_;
  learn::Order order_;
  const learn::PassWitness* witness_;
  std::int64_t rows_;
  kernels::FactoredMatrix wide_;
  at::Tensor rest_;  ///< all parameters but fc1's weight
  std::vector<Step> path_;
};

}  // namespace fedmeta::engine

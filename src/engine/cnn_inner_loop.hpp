// The inner loop of SGD with one rate, with the wide layer's weight in factored form throughout: there and,
// for the exact direction, back.
#pragma once

#include <vector>

#include "engine/client_engine.hpp"
#include "engine/cnn_pass.hpp"

namespace fedmeta::engine {

/// The largest batch whose pass leaves no more than the network's parameters take.
std::int64_t rows_worth_keeping(const model::ImageCnn& network);

class CnnInnerLoop {
 public:
  /// Whether the factors of all these steps are shorter than the weight itself.
  static bool pays(const model::ImageCnn& network, const std::vector<learn::Batch>& steps);

  /// Goes through one client's steps, from theta [P]. `order` says whether a way back is wanted; `witness`
  /// may be null.
  CnnInnerLoop(const model::ImageCnn& network, const at::Tensor& theta, double alpha, learn::Order order,
               const std::vector<learn::Batch>& steps, const learn::PassWitness* witness);

  /// theta_K [P]
  at::Tensor adapted() const;
  /// Returns the direction [P] of FOMAML or MAML, as `order` says. Uses up the steps kept for the way back.
  Gradient meta_gradient(const learn::Batch& query) &&;

 private:
  /// Step k for the way back: its pass, or what it takes to go through it again.
  struct Step {
    std::shared_ptr<const CnnBackward> pass;
    CnnPoint point;
    const learn::Batch* batch;
  };

  /// A direction on the way back, with the loss where it begins.
  struct Direction {
    at::Tensor rest;
    kernels::FactoredMatrix wide;
    at::Tensor loss;
  };

  /// fc1's block of a flat vector [P] left out.
  model::Weights views_of_rest(const at::Tensor& rest) const;
  at::Tensor without_wide(const at::Tensor& flat) const;
  /// All of it in one flat vector.
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

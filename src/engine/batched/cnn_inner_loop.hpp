// The inner loops of SGD with one rate for all clients of a group, with the wide layer's weight in factored
// form throughout: there and, for the exact direction, back. The server's weight is read once for all
// clients.
#pragma once

#include <memory>
#include <vector>

#include "engine/batched/cnn_pass.hpp"
#include "engine/batched/portions.hpp"
#include "learn/engine.hpp"

namespace fedmeta::engine::batched {

class CnnInnerLoop {
 public:
  /// Whether the factors of all these steps are shorter than the weight itself, and each step is a portion.
  static bool pays(const model::ImageCnn& network, const Portions& portions, const learn::Steps& steps,
                   const at::TensorOptions& options);

  /// Goes through the clients' steps, from thetas [G, P]. `order` says whether a way back is wanted;
  /// `witness` may be null.
  CnnInnerLoop(const model::ImageCnn& network, const Portions& portions, const at::Tensor& thetas,
               double alpha, learn::Order order, const learn::Steps& steps,
               const learn::PassWitness* witness);

  /// theta_K of each client, [G, P].
  at::Tensor adapted() const;
  /// Returns FOMAML's directions, or MAML's, as `order` says. Uses up the steps kept for the way back.
  learn::Updates meta_gradient(const learn::Batches& queries) &&;

 private:
  /// One step there and back.
  struct Passed {
    Passed(const model::ImageCnn& network, const CnnPoint& point, GroupBatch rows);

    GroupBatch batch;
    CnnPass pass;
    SoftmaxLosses losses;
  };
  /// Step k for the way back: its pass, or what it takes to go through it again.
  struct Step {
    std::shared_ptr<const Passed> passed;
    CnnPoint point;
    const learn::Batches* batches;
  };
  /// Directions on the way back, with the losses where they begin.
  struct Directions {
    at::Tensor rest;
    GrowingMatrix wide;
    at::Tensor losses;
  };

  std::int64_t clients() const { return rest_.size(0); }
  std::shared_ptr<const Passed> pass_through(const CnnPoint& point, GroupBatch batch) const;
  GroupBatch whole(const learn::Batches& batches) const;
  CnnPoint point() const;
  void step(const learn::Batches& batches);
  Directions directions_at_queries(const learn::Batches& queries) const;
  /// All of it in one tensor [G, P].
  at::Tensor joined(const CnnPoint& point) const;

  const model::ImageCnn& network_;
  const Portions portions_;
  double alpha_;
  learn::Order order_;
  const learn::PassWitness* witness_;
  std::int64_t rows_;  ///< of all steps, padded
  GrowingMatrix wide_;
  at::Tensor rest_;  ///< all parameters but fc1's weight
  std::vector<Step> path_;
};

/// Null for other networks than the image networks that have batched passes.
std::unique_ptr<learn::FusedInnerLoop> cnn_inner_loop(const model::Network& network,
                                                      const Portions& portions);

}  // namespace fedmeta::engine::batched

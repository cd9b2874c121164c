// The inner loops of SGD with one rate for all clients of a group, with the wide layer's weight in factored
// form throughout: there and, for the exact direction, back. The server's weight is read once for all
// clients.
#pragma once

#include <memory>
#include <vector>

#include "device/replays.hpp"
#include "engine/batched/cnn_pass.hpp"
#include "engine/batched/portions.hpp"
#include "learn/engine.hpp"

namespace fedmeta::engine::batched {

/// Who is shown the passes, and the clients' batches behind them.
struct Watched {
  const learn::PassWitness& witness;
  const learn::Steps& steps;
  const learn::Batches& queries;
};

class CnnInnerLoop {
 public:
  /// Goes through the clients' steps, from thetas [G, P]. `order` says whether a way back is wanted;
  /// `keeps_passes`, whether it finds the steps' passes there or goes through them again; `watched` may be
  /// null.
  CnnInnerLoop(const model::ImageCnn& network, const at::Tensor& thetas, double alpha, learn::Order order,
               bool keeps_passes, const std::vector<GroupBatch>& steps, const Watched* watched = nullptr);

  /// theta_K of each client, [G, P].
  at::Tensor adapted() const;
  /// Returns FOMAML's directions, or MAML's, as `order` says. Uses up the steps kept for the way back.
  learn::Updates meta_gradient(const std::vector<GroupBatch>& queries) &&;

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
    GroupBatch batch;
  };
  /// Directions on the way back, with the losses where they begin.
  struct Directions {
    at::Tensor rest;
    GrowingMatrix wide;
    at::Tensor losses;
  };

  std::int64_t clients() const { return rest_.size(0); }
  std::shared_ptr<const Passed> pass_through(const CnnPoint& point, const GroupBatch& batch) const;
  CnnPoint point() const;
  void step(const GroupBatch& batch);
  Directions directions_at_queries(const std::vector<GroupBatch>& queries) const;
  /// All of it in one tensor [G, P].
  at::Tensor joined(const CnnPoint& point) const;

  const model::ImageCnn& network_;
  double alpha_;
  learn::Order order_;
  bool keeps_passes_;
  const Watched* watched_;
  std::int64_t rows_;  ///< of all steps, padded
  GrowingMatrix wide_;
  at::Tensor rest_;  ///< all parameters but fc1's weight
  std::vector<Step> path_;
  std::size_t steps_ = 0;  ///< that the witness has seen
};

/// Null for other networks than the image networks that have batched passes.
/// Otherwise network and replays must outlive it.
std::unique_ptr<learn::FusedInnerLoop> cnn_inner_loop(const model::Network& network, const Portions& portions,
                                                      device::Replays& replays);

}  // namespace fedmeta::engine::batched

// One client's update held against plain autograd: what RESULT: VALID asks of the arithmetic.
//
// Comparing the fp32 updates as they are raises false alarms: where a ReLU or a max-pool is nearer to a
// tie than rounding, both ways are right and the results differ by far more than rounding. So the algebra is
// checked where such ties do not happen, in double, and fp32 pass by pass (engine/checked_engine.hpp).
#pragma once

#include "algorithms/algorithm.hpp"
#include "engine/checked_engine.hpp"

namespace fedmeta::federate {

/// What was found; relative errors, of the direction in the norm of all of it.
struct Rederivation {
  double algebra = 0;  ///< of the engine's update in double: batches, steps, sweep, fused loops
  engine::PassAgreement gradients, products;  ///< of its passes one by one
  double assembly = 0;                        ///< of what a fused loop makes of them
  std::int64_t clients = 1;                   ///< that were tried

  /// The largest of the errors over its limit; agrees up to 1. NaN where one is NaN.
  double over_limit(model::Precision precision) const;
};

/// Of one client's part in a round, by the run's engine and on the reference's path. phi is fp32.
Rederivation rederived(const algorithms::Algorithm& algorithm, const learn::Engine& engine,
                       const algorithms::Reference& reference, const at::Tensor& phi, const learn::Task& task,
                       Random order, model::Precision precision);

/// One client's samples and their order.
struct RederivedClient {
  learn::Task samples;
  Random order;
};

/// What decides: the first of several clients that agrees, or the one that comes nearest. A tie may weigh as
/// much as an error in a small batch, and one in phi itself, such as that of a unit on the empty parts of all
/// images, is every client's: from the second client on phi is moved a little. An error is in all of them.
Rederivation best_rederivation(const algorithms::Algorithm& algorithm, const learn::Engine& engine,
                               const algorithms::Reference& reference, const at::Tensor& phi,
                               const std::vector<RederivedClient>& clients, model::Precision precision);

/// A task's first rows: at most 12 of its support set, a full batch of the usual ten and a part of one, and 8
/// of its query set. Errors show in them, and what a re-derivation costs grows with them.
learn::Task cut_for_rederivation(const learn::Task& task);

}  // namespace fedmeta::federate

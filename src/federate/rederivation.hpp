// Compares one client's update with plain autograd: the check of the arithmetic behind RESULT: VALID.
//
// Comparing fp32 updates directly raises false alarms: if a ReLU or a max-pool is nearer to a tie than
// rounding, both branches are correct, and the results differ by far more than rounding. The algebra is
// therefore checked in double, where such ties do not happen, and fp32 pass by pass
// (engine/checked_engine.hpp).
#pragma once

#include "algorithms/algorithm.hpp"
#include "engine/checked_engine.hpp"

namespace fedmeta::federate {

/// The errors found; they are relative, and those of directions are in the norm of the whole vector.
struct Rederivation {
  double algebra = 0;  ///< of the engine's update in double: batches, steps, backward sweep, fused loops
  engine::PassAgreement gradients, products;  ///< of the engine's passes, one by one
  double assembly = 0;                        ///< of what a fused loop computes from the passes
  std::int64_t clients = 1;                   ///< number that were tried

  /// Returns the largest ratio of an error to its limit; up to 1 means agreement. NaN if an error is NaN.
  double over_limit(model::Precision precision) const;
};

/// Re-derives one client's part in a round, with the run's engine and with the reference. phi is fp32.
Rederivation rederived(const algorithms::Algorithm& algorithm, const learn::Engine& engine,
                       const algorithms::Reference& reference, const at::Tensor& phi, const learn::Task& task,
                       Random order, model::Precision precision);

/// One client's samples and their order.
struct RederivedClient {
  learn::Task samples;
  Random order;
};

/// Returns the first result that agrees, or else the best one. Several clients are tried because in a small
/// batch a tie can weigh as much as an error. A tie in phi itself, such as that of a unit on the empty parts
/// of all images, affects every client, so from the second client on phi is moved slightly. An error affects
/// them all.
Rederivation best_rederivation(const algorithms::Algorithm& algorithm, const learn::Engine& engine,
                               const algorithms::Reference& reference, const at::Tensor& phi,
                               const std::vector<RederivedClient>& clients, model::Precision precision);

/// Returns a task's first rows: at most 12 of its support set (a full batch of the usual ten, and a partial
/// one) and 8 of its query set. They suffice to show errors, and the cost of a re-derivation grows with them.
learn::Task cut_for_rederivation(const learn::Task& task);

}  // namespace fedmeta::federate

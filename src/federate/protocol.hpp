// Everything that fixes one training run, resolved: what options and profiles come down to.
#pragma once

#include <cstdint>
#include <string>

#include "learn/minibatches.hpp"

namespace fedmeta::federate {

/// The hyper-parameters of one algorithm. Names as the options of the same name.
struct Protocol {
  std::string algorithm;
  std::int64_t rounds = 0;
  std::int64_t clients_per_round = 0;
  std::string weighting = "samples";  ///< samples, uniform, query

  // Local training: fedavg, fedavg-meta.
  learn::Passes local{1, 10, 0};
  double local_lr = 0;
  std::string local_optimizer = "adam";
  std::string server_optimizer = "average";  ///< average, sgd, adam
  double server_lr = 1;
  double server_momentum = 0;

  // Meta-learning: fomaml, maml, meta-sgd. The outer step also serves fedsgd.
  double inner_lr = 0;
  learn::Passes inner{1, 10, 0};
  double outer_lr = 0;
  std::string outer_optimizer = "adam";

  // The production task (REFERENCE 6.3).
  std::int64_t episode_samples = 0;  ///< most of a client's records in a round; 0 = the client's own division
  std::int64_t test_steps = 0;       ///< of adaptation, in batches of at most 500; 0 = as in training
  std::int64_t self_steps = 100;     ///< of self

  bool operator==(const Protocol&) const = default;
};

/// Rows of a step in long adaptations and in self.
inline constexpr std::int64_t long_batch = 500;

/// What all algorithms of a run share.
struct RunPlan {
  std::int64_t seed = 1;
  std::int64_t eval_every = 0;   ///< 0 = last round only
  std::string eval_on = "test";  ///< test, validation, both
  double target_accuracy = 0;
  bool reproducible = false;  ///< int64 fixed-point sums
  bool top4 = false;          ///< evaluations also count labels among the four highest scores
  bool balanced = true;       ///< place clients by cost over the ranks of a node
};

}  // namespace fedmeta::federate

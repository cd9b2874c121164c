// Everything that fixes one training run, resolved: what options and profiles come down to.
#pragma once

#include <cstdint>
#include <string>

#include "learn/minibatches.hpp"
#include "model/precision.hpp"

namespace fedmeta::federate {

/// The hyper-parameters of one algorithm. Names as the options of the same name.
struct Protocol {
  std::string algorithm;
  std::int64_t rounds = 0;
  std::int64_t clients_per_round = 0;
  std::string weighting = "samples";  ///< samples, uniform, query

  // Local training: fedavg, fedavg-meta, reptile, and the first stage of perfedavg.
  learn::Passes local{1, 10, 0};
  double local_lr = 0;
  std::string local_optimizer = "adam";
  double local_beta1 = 0.9;  ///< of Adam
  double local_weight_decay = 0;
  std::string local_adam = "reset";            ///< reset each round, or persist: kept for each client
  std::string local_data = "all";              ///< all samples of a client, or its support set
  std::string local_direction = "difference";  ///< theta - theta_u, or the sum of the gradients met
  std::string server_optimizer = "average";    ///< average, sgd, adam
  double server_lr = 1;
  double server_momentum = 0;

  // Meta-learning: fomaml, maml, meta-sgd. The outer step also serves fedsgd.
  double inner_lr = 0;
  learn::Passes inner{1, 10, 0};
  double outer_lr = 0;
  std::string outer_optimizer = "adam";
  double outer_weight_decay = 0;
  bool outer_reset = false;              ///< the server's optimiser starts anew each round
  bool first_order = false;              ///< maml, meta-sgd: without Hessians
  std::string alpha_gradient = "exact";  ///< exact; flower = theta's in its place
  bool alpha_clamp = false;              ///< meta-sgd: no alpha below 0
  bool resample = false;                 ///< support and query set drawn anew each round

  // How fedavg-meta and reptile adapt to a new client's support set. -1 or "same": as in local training.
  learn::Passes finetune{1, -1, 0};
  std::string finetune_optimizer = "same";
  double finetune_lr = -1;

  // perfedavg: Reptile after FedAvg, then personalisation. -1 or "same": as in the first stage.
  std::int64_t stage2_rounds = -1;
  std::int64_t stage2_clients_per_round = -1;
  learn::Passes stage2_local{1, -1, 10};
  std::string stage2_local_optimizer = "same";
  double stage2_local_lr = -1;
  double stage2_local_beta1 = -1;
  std::string stage2_local_direction = "same";
  std::string stage2_server_optimizer = "adam";
  double stage2_server_lr = 1e-3;
  double stage2_server_momentum = 0;
  learn::Passes personal{5, -1, 0};
  std::string personal_optimizer = "same";
  double personal_lr = -1;
  std::int64_t personal_curve = 0;  ///< epochs up to which accuracy is followed at the last evaluation

  // The production task (docs/protocols.md 5.1).
  std::int64_t episode_samples = 0;  ///< most of a client's records in a round; 0 = the client's own division
  std::int64_t test_steps = 0;       ///< of adaptation, in batches of at most 500; 0 = as in training
  std::int64_t self_steps = 100;     ///< of self

  bool operator==(const Protocol&) const = default;
};

/// Rows of a step in long adaptations and in self.
inline constexpr std::int64_t long_batch = 500;

/// `shared` as one algorithm starts from it: Reptile's mean is uniform (docs/protocols.md 3.4).
inline Protocol protocol_for(const std::string& algorithm, Protocol shared) {
  shared.algorithm = algorithm;
  if (algorithm == "reptile") shared.weighting = "uniform";
  return shared;
}

/// What all algorithms of a run share.
struct RunPlan {
  std::int64_t seed = 1;
  std::int64_t eval_every = 0;    ///< 0 = last round only
  std::string eval_on = "test";   ///< test, validation, both (of these), train, all
  std::int64_t eval_clients = 0;  ///< drawn at random each time but the last; 0 = all
  double target_accuracy = 0;
  bool reproducible = false;  ///< int64 fixed-point sums
  bool top4 = false;          ///< evaluations also count labels among the four highest scores
  bool balanced = true;       ///< place clients by cost over the ranks of a node
  model::Precision precision = model::Precision::fp32;
};

}  // namespace fedmeta::federate

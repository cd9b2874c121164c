// Everything that fixes one training run, resolved: what options and profiles come down to.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "learn/local_training.hpp"
#include "learn/minibatches.hpp"
#include "model/precision.hpp"
#include "options/words.hpp"

namespace fedmeta::algorithms {

enum class Weighting { samples, uniform, query };
enum class OptimizerKind { sgd, adam };
enum class ServerStep { average, sgd, adam };
enum class ClientAdam { reset, persist };
enum class LocalData { all, support };
enum class AlphaGradient { exact, flower };

}  // namespace fedmeta::algorithms

namespace fedmeta::options {
using namespace algorithms;

template <>
inline constexpr std::array<const char*, 3> words<Weighting>{"samples", "uniform", "query"};
template <>
inline constexpr std::array<const char*, 2> words<OptimizerKind>{"sgd", "adam"};
template <>
inline constexpr std::array<const char*, 3> words<ServerStep>{"average", "sgd", "adam"};
template <>
inline constexpr std::array<const char*, 2> words<ClientAdam>{"reset", "persist"};
template <>
inline constexpr std::array<const char*, 2> words<LocalData>{"all", "support"};
template <>
inline constexpr std::array<const char*, 2> words<AlphaGradient>{"exact", "flower"};
template <>
inline constexpr std::array<const char*, 2> words<learn::Direction>{"difference", "gradients"};

}  // namespace fedmeta::options

namespace fedmeta::algorithms {

using options::word;

/// Training on a client at another time than in the rounds of local training. What is absent is as there.
struct LaterTraining {
  std::int64_t epochs = 1;
  std::optional<std::int64_t> batch = {};  ///< samples a step; 0 = all
  std::int64_t steps = 0;                  ///< instead of epochs; 0 = epochs
  std::optional<OptimizerKind> optimizer = {};
  std::optional<double> lr = {};
  std::optional<double> beta1 = {};  ///< of Adam
  std::optional<learn::Direction> direction = {};

  bool operator==(const LaterTraining&) const = default;
};

/// The hyper-parameters of one algorithm. Names as the options of the same name.
struct Protocol {
  std::string algorithm;
  std::int64_t rounds = 0;
  std::int64_t clients_per_round = 0;
  Weighting weighting = Weighting::samples;

  // Local training: fedavg, fedavg-meta, reptile, and the first stage of perfedavg.
  learn::Passes local{1, 10, 0};
  double local_lr = 0;
  OptimizerKind local_optimizer = OptimizerKind::adam;
  double local_beta1 = 0.9;  ///< of Adam
  double local_weight_decay = 0;
  ClientAdam local_adam = ClientAdam::reset;  ///< reset each round, or persist: kept for each client
  LocalData local_data = LocalData::all;      ///< all samples of a client, or its support set
  learn::Direction local_direction = learn::Direction::difference;
  ServerStep server_optimizer = ServerStep::average;
  double server_lr = 1;
  double server_momentum = 0;

  // Meta-learning: fomaml, maml, meta-sgd. The outer step also serves fedsgd.
  double inner_lr = 0;
  learn::Passes inner{1, 10, 0};
  double outer_lr = 0;
  OptimizerKind outer_optimizer = OptimizerKind::adam;
  double outer_weight_decay = 0;
  bool outer_reset = false;                             ///< the server's optimiser starts anew each round
  bool first_order = false;                             ///< maml, meta-sgd: without Hessians
  AlphaGradient alpha_gradient = AlphaGradient::exact;  ///< flower: theta's in its place
  bool alpha_clamp = false;                             ///< meta-sgd: no alpha below 0
  bool resample = false;                                ///< support and query set drawn anew each round

  /// How fedavg-meta and reptile adapt to a new client's support set.
  LaterTraining finetune;

  // perfedavg: Reptile after FedAvg, then personalisation. What is absent is as in the first stage.
  std::optional<std::int64_t> stage2_rounds, stage2_clients_per_round;
  LaterTraining stage2_local{.steps = 10};
  ServerStep stage2_server_optimizer = ServerStep::adam;
  double stage2_server_lr = 1e-3;
  double stage2_server_momentum = 0;
  LaterTraining personal{.epochs = 5};
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
  if (algorithm == "reptile") shared.weighting = Weighting::uniform;
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

}  // namespace fedmeta::algorithms

// Options that several algorithms share. Fields are named as their options.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "learn/local_training.hpp"
#include "learn/minibatches.hpp"
#include "options/words.hpp"

namespace fedmeta::algorithms {

enum class Weighting { samples, uniform, query };
enum class OptimizerKind { sgd, adam };
enum class ServerStep { average, sgd, adam };
enum class ClientAdam { reset, persist };
enum class LocalData { all, support };

/// What every method with rounds has.
struct RoundOptions {
  std::int64_t rounds = 0;
  std::int64_t clients_per_round = 0;
  Weighting weighting = Weighting::samples;
  bool resample = false;             ///< support and query set drawn anew each round (docs/protocols.md A13)
  bool outer_reset = false;          ///< the server's optimiser starts anew each round
  std::int64_t episode_samples = 0;  ///< most of a client's samples in a round; 0 = the client's own division

  bool operator==(const RoundOptions&) const = default;
};

/// Training on a client by an optimiser of its own.
struct LocalTraining {
  learn::Passes passes{1, 10, 0};
  double lr = 0;
  OptimizerKind optimizer = OptimizerKind::adam;
  double beta1 = 0.9;  ///< of Adam
  double weight_decay = 0;
  ClientAdam adam = ClientAdam::reset;  ///< reset each round, or persist: kept for each client
  LocalData data = LocalData::all;      ///< all samples of a client, or its support set
  learn::Direction direction = learn::Direction::difference;

  bool operator==(const LocalTraining&) const = default;
  std::unique_ptr<learn::Optimizer> make_optimizer() const;
};

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
  LocalTraining after(const LocalTraining& first) const;
};

/// The server's step on the mean of what clients trained.
struct ServerOptions {
  ServerStep optimizer = ServerStep::average;
  double lr = 1;
  double momentum = 0;

  bool operator==(const ServerOptions&) const = default;
  std::unique_ptr<learn::Optimizer> make_optimizer() const;
};

/// The server's step on the mean of gradients.
struct OuterStep {
  double lr = 0;
  OptimizerKind optimizer = OptimizerKind::adam;
  double weight_decay = 0;

  std::unique_ptr<learn::Optimizer> make_optimizer() const;
};

/// Gradient steps on a support set.
struct InnerLoop {
  double lr = 0;
  learn::Passes passes{1, 10, 0};
};

/// Rows of a step in the long adaptations of the production task, and in self (docs/protocols.md 5.1).
inline constexpr std::int64_t long_batch = 500;

/// How a test client goes through its support set: as `otherwise`, unless `test_steps` are asked for.
inline learn::Passes at_test(std::int64_t test_steps, const learn::Passes& otherwise) {
  return test_steps > 0 ? learn::Passes{1, long_batch, test_steps} : otherwise;
}

}  // namespace fedmeta::algorithms

namespace fedmeta::options {

template <>
inline constexpr std::array<const char*, 3> words<algorithms::Weighting>{"samples", "uniform", "query"};
template <>
inline constexpr std::array<const char*, 2> words<algorithms::OptimizerKind>{"sgd", "adam"};
template <>
inline constexpr std::array<const char*, 3> words<algorithms::ServerStep>{"average", "sgd", "adam"};
template <>
inline constexpr std::array<const char*, 2> words<algorithms::ClientAdam>{"reset", "persist"};
template <>
inline constexpr std::array<const char*, 2> words<algorithms::LocalData>{"all", "support"};
template <>
inline constexpr std::array<const char*, 2> words<learn::Direction>{"difference", "gradients"};

}  // namespace fedmeta::options

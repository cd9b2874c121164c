// All options of all algorithms in one place, as tests give them.
#pragma once

#include <optional>
#include <string>

#include "algorithms/method.hpp"
#include "algorithms/options.hpp"

namespace fedmeta::test {

/// Names and defaults as the options of the same name.
struct Protocol {
  std::string algorithm;
  std::int64_t rounds = 0, clients_per_round = 0;
  std::optional<algorithms::Weighting> weighting = {};  ///< absent: the method's own
  bool resample = false, outer_reset = false;
  std::int64_t episode_samples = 0;

  learn::Passes local{1, 10, 0};
  double local_lr = 0;
  algorithms::OptimizerKind local_optimizer = algorithms::OptimizerKind::adam;
  double local_weight_decay = 0;
  algorithms::ClientAdam local_adam = algorithms::ClientAdam::reset;
  algorithms::LocalData local_data = algorithms::LocalData::all;
  learn::Direction local_direction = learn::Direction::difference;
  algorithms::ServerStep server_optimizer = algorithms::ServerStep::average;
  double server_momentum = 0;

  learn::Passes inner{1, 10, 0};
  double inner_lr = 0, outer_lr = 0;
  algorithms::OptimizerKind outer_optimizer = algorithms::OptimizerKind::adam;
  double outer_weight_decay = 0;
  bool first_order = false, flower_alpha = false, alpha_clamp = false;

  algorithms::LaterTraining finetune;
  std::optional<std::int64_t> stage2_rounds, stage2_clients_per_round;
  algorithms::LaterTraining stage2_local{.steps = 10};
  algorithms::ServerStep stage2_server_optimizer = algorithms::ServerStep::adam;
  double stage2_server_lr = 1e-3, stage2_server_momentum = 0;
  algorithms::LaterTraining personal{.epochs = 5};
  std::int64_t personal_curve = 0, test_steps = 0, self_steps = 100, self_curve = 0;
};

/// The method, with the values of those options that it has.
algorithms::Method method_of(const Protocol& protocol);
/// Names of all methods with rounds.
std::vector<std::string> names_with_rounds();

/// What it makes, and the first stage's algorithm of that.
algorithms::Run make_run(const Protocol& protocol);
std::unique_ptr<algorithms::Algorithm> make_algorithm(const Protocol& protocol);

}  // namespace fedmeta::test

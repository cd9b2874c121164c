// FedSGD, FedAvg, Reptile, and personalised FedAvg: FedAvg, then Reptile from where it ended.
#include <ATen/ATen.h>

#include "algorithms/algorithm_families.hpp"
#include "cost/formulas.hpp"
#include "learn/local_training.hpp"

namespace fedmeta::algorithms {
namespace {

using learn::ClientStates;
using learn::Engine;
using learn::Group;
using learn::Updates;

/// Training on one client when it adapts, or in the second stage.
struct LocalPlan {
  learn::Passes passes;
  OptimizerKind optimizer;
  double rate;
  double weight_decay, beta1;

  std::unique_ptr<learn::Optimizer> make_optimizer() const {
    return learn::make_optimizer(word(optimizer), rate, weight_decay, beta1);
  }
};

/// What is absent from `later` as in local training.
LocalPlan plan_after(const Protocol& p, const LaterTraining& later) {
  return {{later.epochs, later.batch.value_or(p.local.batch), later.steps},
          later.optimizer.value_or(p.local_optimizer),
          later.lr.value_or(p.local_lr),
          p.local_weight_decay,
          later.beta1.value_or(p.local_beta1)};
}

at::Tensor adapted(const Engine& engine, const at::Tensor& theta, const Group& group, const LocalPlan& plan) {
  return learn::train_locally(engine, theta, group.support(), plan.passes, *plan.make_optimizer(),
                              group.orders)
      .thetas;
}

class FedSgd final : public Algorithm {
 public:
  using Algorithm::Algorithm;

  Updates client_updates(const Engine& engine, const at::Tensor& phi, const Group& group,
                         ClientStates&) const override {
    auto orders = group.orders;
    const auto whole = learn::minibatches(group.all(), {1, 0, 1}, &orders, engine.has_dropout());
    return learn::fedsgd(engine, phi, whole.front());
  }
  std::int64_t flops(std::int64_t f, std::int64_t samples, std::int64_t) const override {
    return cost::local_flops(f, samples);
  }
  at::Tensor adapt(const Engine&, const at::Tensor& phi, const Group&) const override { return phi; }
  bool adapts() const override { return false; }
  std::unique_ptr<learn::Optimizer> server_optimizer() const override {
    const auto& p = protocol();
    return learn::make_optimizer(word(p.outer_optimizer), p.outer_lr, p.outer_weight_decay);
  }
};

/// FedAvg, tested as it is or after fine-tuning (FedAvg(Meta)): one training serves both. Reptile is the same
/// with a number of steps in place of epochs and a uniform mean (Nichol et al. 2018).
class FedAvg : public Algorithm {
 public:
  using Algorithm::Algorithm;

  bool keeps_state() const override { return protocol().local_adam == ClientAdam::persist; }
  Updates client_updates(const Engine& engine, const at::Tensor& phi, const Group& group,
                         ClientStates& states) const override {
    const auto& p = protocol();
    const auto optimizer =
        learn::make_optimizer(word(p.local_optimizer), p.local_lr, p.local_weight_decay, p.local_beta1);
    auto orders = group.orders;
    const auto sets = p.local_data == LocalData::support ? group.support() : group.all();
    const auto steps = learn::minibatches(sets, p.local, &orders, engine.has_dropout());
    return learn::fedavg(engine, phi, steps, *optimizer, states, p.local_direction);
  }
  std::int64_t flops(std::int64_t f, std::int64_t samples, std::int64_t support) const override {
    const auto rows = protocol().local_data == LocalData::support ? support : samples;
    return cost::local_flops(f, learn::rows_processed(rows, protocol().local));
  }
  at::Tensor adapt(const Engine& engine, const at::Tensor& phi, const Group& group) const override {
    const auto& p = protocol();
    auto plan = plan_after(p, p.finetune);
    plan.passes = at_test(p, plan.passes);
    return adapted(engine, phi, group, plan);
  }
  bool adapts() const override { return protocol().algorithm != "fedavg"; }
  std::unique_ptr<learn::Optimizer> server_optimizer() const override {
    const auto& p = protocol();
    if (p.server_optimizer == ServerStep::average) return learn::make_sgd(1);
    if (p.server_optimizer == ServerStep::sgd) return learn::make_sgd(p.server_lr, p.server_momentum);
    return learn::make_adam(p.server_lr);
  }
};

/// The protocol of the second stage: Reptile with a uniform mean (docs/protocols.md 3.5).
Protocol second_stage(const Protocol& p) {
  Protocol second = p;
  const auto local = plan_after(p, p.stage2_local);
  second.weighting = Weighting::uniform;
  second.rounds = p.stage2_rounds.value_or(p.rounds);
  if (p.stage2_clients_per_round.value_or(0) > 0) second.clients_per_round = *p.stage2_clients_per_round;
  second.local = local.passes;
  second.local_optimizer = local.optimizer;
  second.local_lr = local.rate;
  second.local_beta1 = local.beta1;
  second.local_direction = p.stage2_local.direction.value_or(p.local_direction);
  second.server_optimizer = p.stage2_server_optimizer;
  second.server_lr = p.stage2_server_lr;
  second.server_momentum = p.stage2_server_momentum;
  return second;
}

/// A stage of personalised FedAvg (Jiang et al. 2019), after any round of which each new client trains on its
/// own.
class PerFedAvg final : public FedAvg {
 public:
  PerFedAvg(const Protocol& protocol, LocalPlan personalisation)
      : FedAvg(protocol), personalisation_(personalisation) {}

  bool adapts() const override { return true; }
  at::Tensor adapt(const Engine& engine, const at::Tensor& phi, const Group& group) const override {
    return adapted(engine, phi, group, personalisation_);
  }
  // Epoch by epoch, with the batches and the optimiser of `adapt` over as many epochs at once.
  void follow_adaptation(const Engine& engine, const at::Tensor& phi, const Group& group,
                         const std::function<void(std::int64_t, const at::Tensor&)>& after) const override {
    const learn::Passes epoch_of{1, personalisation_.passes.batch, 0};
    const auto optimizer = personalisation_.make_optimizer();
    auto orders = group.orders;
    ClientStates states;
    at::Tensor thetas = phi;
    after(0, thetas);
    for (std::int64_t epoch = 1; epoch <= protocol().personal_curve; ++epoch) {
      const auto steps = learn::minibatches(group.support(), epoch_of, &orders, engine.has_dropout());
      thetas = learn::train_locally(engine, thetas, steps, *optimizer, states).thetas;
      after(epoch, thetas);
    }
  }

 private:
  LocalPlan personalisation_;
};

}  // namespace

std::unique_ptr<Algorithm> make_fedsgd(const Protocol& protocol) {
  return std::make_unique<FedSgd>(protocol);
}
std::unique_ptr<Algorithm> make_fedavg(const Protocol& protocol) {
  return std::make_unique<FedAvg>(protocol);
}
std::vector<Stage> make_perfedavg(const Protocol& protocol) {
  const auto personalisation = plan_after(protocol, protocol.personal);
  std::vector<Stage> stages;
  const auto add = [&](const Protocol& stage) {
    stages.push_back({stage.rounds, std::make_unique<PerFedAvg>(stage, personalisation)});
  };
  add(protocol);
  if (const auto second = second_stage(protocol); second.rounds > 0) add(second);
  return stages;
}

}  // namespace fedmeta::algorithms

// FedSGD, FedAvg, Reptile, and personalised FedAvg in three stages.
#include <ATen/ATen.h>

#include "cost/formulas.hpp"
#include "federate/algorithm_families.hpp"
#include "learn/local_training.hpp"

namespace fedmeta::federate {
namespace {

using learn::Batch;
using learn::Contribution;
using learn::Engine;
using learn::Task;

/// Training on one client, in a round or when it adapts.
struct LocalPlan {
  learn::Passes passes;
  std::string optimizer;
  double rate;
  double weight_decay, beta1;

  std::unique_ptr<learn::Optimizer> make_optimizer() const {
    return learn::make_optimizer(optimizer, rate, weight_decay, beta1);
  }
};

/// What is left open (-1, "same") as in local training.
LocalPlan plan_after(const Protocol& p, learn::Passes passes, const std::string& optimizer, double rate) {
  if (passes.batch < 0) passes.batch = p.local.batch;
  return {passes, optimizer == "same" ? p.local_optimizer : optimizer, rate < 0 ? p.local_lr : rate,
          p.local_weight_decay, p.local_beta1};
}

at::Tensor adapted(const Engine& engine, const at::Tensor& theta, const Batch& support, const LocalPlan& plan,
                   Random order) {
  return learn::train_locally(engine, theta, support, plan.passes, *plan.make_optimizer(), order).theta;
}

class FedSgd final : public Algorithm {
 public:
  using Algorithm::Algorithm;

  Contribution contribute(const Engine& engine, const at::Tensor& phi, const Task& task,
                          Random order) const override {
    const auto whole = learn::minibatches(task.all, {1, 0, 1}, &order, engine.has_dropout());
    return learn::fedsgd(engine, phi, whole.front());
  }
  Contribution rederive(const Reference& reference, const at::Tensor& phi, const Task& task,
                        Random order) const override {
    return contribute(*reference.engine(), phi, task, order);
  }
  std::int64_t flops(std::int64_t f, std::int64_t samples, std::int64_t) const override {
    return cost::local_flops(f, samples);
  }
  at::Tensor adapt(const Engine&, const at::Tensor& phi, const Batch&, Random) const override { return phi; }
  bool adapts() const override { return false; }
  std::unique_ptr<learn::Optimizer> server_optimizer() const override {
    const auto& p = protocol();
    return learn::make_optimizer(p.outer_optimizer, p.outer_lr, p.outer_weight_decay);
  }
};

/// FedAvg, tested as it is or after fine-tuning (FedAvg(Meta)): one training serves both. Reptile is the same
/// with a number of steps in place of epochs and a uniform mean (Nichol et al. 2018).
class FedAvg : public Algorithm {
 public:
  using Algorithm::Algorithm;

  Contribution contribute(const Engine& engine, const at::Tensor& phi, const Task& task,
                          Random order) const override {
    ClientState fresh;
    return contribute_keeping(fresh, engine, phi, task, order);
  }
  bool keeps_state() const override { return protocol().local_adam == "persist"; }
  Contribution contribute_keeping(ClientState& state, const Engine& engine, const at::Tensor& phi,
                                  const Task& task, Random order) const override {
    const auto& p = protocol();
    if (!state.optimizer)
      state.optimizer =
          learn::make_optimizer(p.local_optimizer, p.local_lr, p.local_weight_decay, p.local_beta1);
    const auto set = p.local_data == "support" ? task.support() : task.all;
    const auto batches = learn::minibatches(set, p.local, &order, engine.has_dropout());
    const auto sent =
        p.local_direction == "gradients" ? learn::Direction::gradients : learn::Direction::difference;
    return learn::fedavg(engine, phi, batches, *state.optimizer, sent);
  }
  Contribution rederive(const Reference& reference, const at::Tensor& phi, const Task& task,
                        Random order) const override {
    return contribute(*reference.engine(), phi, task, order);
  }
  std::int64_t flops(std::int64_t f, std::int64_t samples, std::int64_t support) const override {
    const auto rows = protocol().local_data == "support" ? support : samples;
    return cost::local_flops(f, learn::rows_processed(rows, protocol().local));
  }
  at::Tensor adapt(const Engine& engine, const at::Tensor& phi, const Batch& support,
                   Random order) const override {
    const auto& p = protocol();
    const auto passes = at_test(p, p.finetune);
    return adapted(engine, phi, support, plan_after(p, passes, p.finetune_optimizer, p.finetune_lr), order);
  }
  bool adapts() const override { return protocol().algorithm != "fedavg"; }
  std::unique_ptr<learn::Optimizer> server_optimizer() const override {
    const auto& p = protocol();
    if (p.server_optimizer == "average") return learn::make_sgd(1);
    if (p.server_optimizer == "sgd") return learn::make_sgd(p.server_lr, p.server_momentum);
    return learn::make_optimizer(p.server_optimizer, p.server_lr);
  }
};

/// The protocol of the second stage: Reptile with a uniform mean (docs/protocols.md 3.5).
Protocol second_stage(const Protocol& p) {
  Protocol second = p;
  const auto local = plan_after(p, p.stage2_local, p.stage2_local_optimizer, p.stage2_local_lr);
  second.weighting = "uniform";
  second.rounds = p.stage2_rounds < 0 ? p.rounds : p.stage2_rounds;
  if (p.stage2_clients_per_round > 0) second.clients_per_round = p.stage2_clients_per_round;
  second.local = local.passes;
  second.local_optimizer = local.optimizer;
  second.local_lr = local.rate;
  second.server_optimizer = p.stage2_server_optimizer;
  second.server_lr = p.stage2_server_lr;
  if (p.stage2_local_beta1 >= 0) second.local_beta1 = p.stage2_local_beta1;
  if (p.stage2_local_direction != "same") second.local_direction = p.stage2_local_direction;
  second.server_momentum = p.stage2_server_momentum;
  return second;
}

/// Personalised FedAvg (Jiang et al. 2019): FedAvg, then Reptile from where it ended, then each new client
/// trains on its own.
class PerFedAvg final : public FedAvg {
 public:
  explicit PerFedAvg(const Protocol& protocol) : FedAvg(protocol), second_(second_stage(protocol)) {}

  std::int64_t rounds() const override { return protocol().rounds + second_.protocol().rounds; }
  const Algorithm& stage(std::int64_t round) const override {
    if (round <= protocol().rounds) return *this;
    return second_;
  }
  at::Tensor adapt(const Engine& engine, const at::Tensor& phi, const Batch& support,
                   Random order) const override {
    return adapted(engine, phi, support, personalisation(), order);
  }
  // Epoch by epoch, with the batches and the optimiser of `adapt` over as many epochs at once.
  void follow_adaptation(const Engine& engine, const at::Tensor& phi, const Batch& support, Random order,
                         const std::function<void(std::int64_t, const at::Tensor&)>& after) const override {
    auto plan = personalisation();
    plan.passes = {1, plan.passes.batch, 0};
    const auto optimizer = plan.make_optimizer();
    at::Tensor theta = phi;
    after(0, theta);
    for (std::int64_t epoch = 1; epoch <= protocol().personal_curve; ++epoch) {
      const auto batches = learn::minibatches(support, plan.passes, &order, engine.has_dropout());
      theta = learn::train_locally(engine, theta, batches, *optimizer).theta;
      after(epoch, theta);
    }
  }

 private:
  LocalPlan personalisation() const {
    const auto& p = protocol();
    return plan_after(p, p.personal, p.personal_optimizer, p.personal_lr);
  }

  FedAvg second_;
};

}  // namespace

std::unique_ptr<Algorithm> make_fedsgd(const Protocol& protocol) {
  return std::make_unique<FedSgd>(protocol);
}
std::unique_ptr<Algorithm> make_fedavg(const Protocol& protocol) {
  return std::make_unique<FedAvg>(protocol);
}
std::unique_ptr<Algorithm> make_perfedavg(const Protocol& protocol) {
  return std::make_unique<PerFedAvg>(protocol);
}

}  // namespace fedmeta::federate

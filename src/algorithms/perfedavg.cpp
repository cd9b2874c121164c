// Personalised FedAvg (Jiang et al. 2019; docs/protocols.md 3.5): FedAvg, then Reptile from where it ended,
// then each new client trains on its own.
#include <ATen/ATen.h>

#include "algorithms/local_algorithm.hpp"
#include "algorithms/method.hpp"
#include "algorithms/option_groups.hpp"

namespace fedmeta::algorithms {
namespace {

/// What is absent is as in the first stage.
struct SecondStage {
  std::optional<std::int64_t> rounds, clients_per_round;
  LaterTraining local{.steps = 10};
  ServerOptions server{ServerStep::adam, 1e-3, 0};

  OptionGroup rows() {
    using namespace options;
    OptionGroup group{"Second stage; -1, same = as its first stage", {}};
    group.row("stage2-rounds", rounds, or_as_before, "Rounds of Reptile after those of FedAvg");
    group.row("stage2-clients-per-round", clients_per_round, or_as_before, "Clients sampled in such a round")
        .scaled();
    group.row("stage2-local-steps", local.steps, not_negative, "Steps on a client (K); 0 = epochs").scaled();
    group.row("stage2-local-epochs", local.epochs, positive, "Passes over the client's samples");
    group.row("stage2-batch-size", local.batch, or_as_before, "Samples a step; 0 = all");
    group.row("stage2-local-optimizer", local.optimizer, "Optimiser on the client");
    group.row("stage2-local-lr", local.lr, or_as_before, "Learning rate on the client");
    group.row("stage2-local-beta1", local.beta1, or_as_before, "Its decay of the mean gradient (adam)");
    group.row("stage2-local-direction", local.direction, "What a client sends");
    group.row("stage2-server-optimizer", server.optimizer, "Server step");
    group.row("stage2-server-lr", server.lr, not_negative, "Learning rate of the server step");
    group.row("stage2-server-momentum", server.momentum, fraction, "Momentum of the server step (sgd)");
    return group;
  }
  /// Reptile's mean is uniform.
  RoundOptions after(const RoundOptions& first) const {
    auto second = first;
    second.weighting = Weighting::uniform;
    second.rounds = rounds.value_or(first.rounds);
    if (clients_per_round.value_or(0) > 0) second.clients_per_round = *clients_per_round;
    return second;
  }
};

struct PerFedAvgOptions {
  RoundOptions rounds;
  LocalTraining local;
  ServerOptions server;
  SecondStage second;
  LaterTraining personal{.epochs = 5};
  std::int64_t personal_curve = 0;

  OptionTable rows() {
    auto third = adaptation_group("Third stage: adaptation to a new client; -1, same = as its first stage",
                                  "personal", personal);
    third.row("personal-curve", personal_curve, options::not_negative,
              "Epochs to follow accuracy over, at the end; 0 = none");
    return {training_group(rounds), local_group(local, server), second.rows(), third,
            production_group(rounds)};
  }
  void check() const {
    check_server(server, "");
    check_server(second.server, "stage2-");
    check_beta1(local.beta1, "local-beta1");
    check_beta1(second.local.beta1.value_or(0), "stage2-local-beta1");
  }
  std::string describe() const {
    const auto later = second.after(rounds);
    auto text = std::to_string(rounds.rounds) + " rounds: " + local_text(local, server);
    if (later.rounds > 0)
      text += "; then " + std::to_string(later.rounds) + ": " +
              local_text(second.local.after(local), second.server);
    return text + "; personal " + amount_text(personal.steps, personal.epochs);
  }
};

/// A stage, after any round of which each new client trains on its own.
class PerFedAvg final : public LocalAlgorithm {
 public:
  PerFedAvg(const RoundOptions& rounds, const LocalTraining& local, const ServerOptions& server,
            const PerFedAvgOptions& options)
      : LocalAlgorithm(rounds, local, server),
        personal_(options.personal.after(options.local)),
        followed_epochs_(options.personal_curve) {}

  at::Tensor adapt(const learn::Engine& engine, const at::Tensor& phi,
                   const learn::Group& group) const override {
    return trained_on_support(engine, phi, group, personal_);
  }
  bool adapts() const override { return true; }
  std::int64_t followed_epochs() const override { return followed_epochs_; }
  // Epoch by epoch, with the batches and the optimiser of `adapt` over as many epochs at once.
  void follow_adaptation(const learn::Engine& engine, const at::Tensor& phi, const learn::Group& group,
                         const std::function<void(std::int64_t, const at::Tensor&)>& after) const override {
    const learn::Passes epoch{1, personal_.passes.batch, 0};
    const auto optimizer = personal_.make_optimizer();
    auto orders = group.orders;
    learn::ClientStates states;
    at::Tensor thetas = phi;
    after(0, thetas);
    for (std::int64_t number = 1; number <= followed_epochs_; ++number) {
      const auto steps = learn::minibatches(group.support(), epoch, &orders, engine.has_dropout());
      thetas = learn::train_locally(engine, thetas, steps, *optimizer, states).thetas;
      after(number, thetas);
    }
  }

 private:
  LocalTraining personal_;
  std::int64_t followed_epochs_;
};

class PerFedAvgMethod final : public MethodOf<PerFedAvgOptions> {
 public:
  std::unique_ptr<MethodOptions> clone() const override { return std::make_unique<PerFedAvgMethod>(*this); }
  void check() const override { options_.check(); }
  std::vector<Stage> make_stages() const override {
    std::vector<Stage> stages;
    const auto add = [&](const RoundOptions& rounds, const LocalTraining& local,
                         const ServerOptions& server) {
      stages.push_back({rounds.rounds, std::make_unique<PerFedAvg>(rounds, local, server, options_)});
    };
    const auto& [rounds, local, server, second, personal, followed] = options_;
    add(rounds, local, server);
    if (const auto later = second.after(rounds); later.rounds > 0)
      add(later, second.local.after(local), second.server);
    return stages;
  }
};

}  // namespace

std::unique_ptr<MethodOptions> make_perfedavg() {
  return std::make_unique<PerFedAvgMethod>();
}

}  // namespace fedmeta::algorithms

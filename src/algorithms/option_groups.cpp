#include "algorithms/option_groups.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

namespace fedmeta::algorithms {
namespace {

using options::fraction;
using options::not_negative;
using options::or_as_before;
using options::positive;

// The titles, by which the groups of all algorithms are joined.
constexpr const char* training = "Training";
constexpr const char* local_training = "Local training";
constexpr const char* meta_learning = "Meta-learning";
constexpr const char* finetuning = "Adaptation to a new client; -1, same = as local training";
constexpr const char* production = "Production task";

void add_batch_size(OptionGroup& group, LocalTraining& local) {
  group.row("batch-size", local.passes.batch, not_negative, "Samples a step; 0 = all");
}

void add_optimizer(OptionGroup& group, LocalTraining& local) {
  group.row("local-lr", local.lr, not_negative, "Learning rate on the client");
  group.row("local-optimizer", local.optimizer, "Optimiser on the client");
}

void add_decays(OptionGroup& group, LocalTraining& local) {
  group.row("local-beta1", local.beta1, fraction, "Its decay of the mean gradient (adam)");
  group.row("local-weight-decay", local.weight_decay, not_negative,
            "Times the parameters, added to the gradient");
}

void add_outer(OptionGroup& group, OuterStep& outer) {
  group.row("outer-lr", outer.lr, not_negative, "beta: rate of the server step");
  group.row("outer-optimizer", outer.optimizer, "Server step");
  group.row("outer-weight-decay", outer.weight_decay, not_negative,
            "Times the parameters, added to the direction");
}

void refuse(bool condition, const std::string& what, const std::string& where, const std::string& remedy) {
  if (condition) throw Error(Status::usage, what, where, remedy);
}

}  // namespace

OptionTable shared_groups() {
  return {{training, {}}, {local_training, {}}, {meta_learning, {}}, {finetuning, {}}, {production, {}}};
}

OptionGroup training_group(RoundOptions& rounds, bool resample) {
  OptionGroup group{training, {}};
  group.row("rounds", rounds.rounds, not_negative, "Rounds of training; 0 = evaluate what it starts from");
  group.row("clients-per-round", rounds.clients_per_round, positive, "Clients sampled in a round (m)")
      .scaled();
  group.row("weighting", rounds.weighting, "Weight of a client in the mean");
  if (resample)
    group.row("resample", rounds.resample, {},
              "Support and query sets of training clients drawn anew each round");
  group.row("outer-reset", rounds.outer_reset, {}, "The server's optimiser starts anew each round");
  return group;
}

OptionGroup local_group(LocalTraining& local, ServerOptions& server) {
  OptionGroup group{local_training, {}};
  add_batch_size(group, local);
  group.row("local-epochs", local.passes.epochs, positive, "Passes over the client's samples");
  group.row("local-steps", local.passes.steps, not_negative, "Steps instead of epochs; 0 = epochs").scaled();
  add_optimizer(group, local);
  add_decays(group, local);
  group.row("local-adam", local.adam, "Its state; persist = kept per client, which stays at its home rank");
  group.row("local-data", local.data, "All samples of a client, or its support set alone");
  group.row("local-direction", local.direction,
            "What a client sends: theta less its own, or the sum of its gradients");
  group.row("server-optimizer", server.optimizer, "Server step; average = sgd with rate 1");
  group.row("server-lr", server.lr, not_negative, "Learning rate of the server step");
  group.row("server-momentum", server.momentum, fraction, "Momentum of the server step (sgd)");
  return group;
}

OptionGroup local_adaptation_group(LocalTraining& local) {
  OptionGroup group{local_training, {}};
  add_batch_size(group, local);
  add_optimizer(group, local);
  add_decays(group, local);
  return group;
}

OptionGroup local_optimizer_group(LocalTraining& local) {
  OptionGroup group{local_training, {}};
  add_optimizer(group, local);
  return group;
}

OptionGroup meta_group(InnerLoop& inner, OuterStep& outer) {
  OptionGroup group{meta_learning, {}};
  group.row("inner-lr", inner.lr, not_negative, "alpha: rate of the inner steps");
  group.row("inner-epochs", inner.passes.epochs, positive, "Passes over the support set");
  group.row("inner-batch", inner.passes.batch, not_negative,
            "Samples an inner step; 0 = the whole support set");
  add_outer(group, outer);
  return group;
}

OptionGroup outer_group(OuterStep& outer) {
  OptionGroup group{meta_learning, {}};
  add_outer(group, outer);
  return group;
}

OptionGroup adaptation_group(const std::string& title, const std::string& prefix, LaterTraining& later) {
  OptionGroup group{title, {}};
  group.row(prefix + "-epochs", later.epochs, not_negative, "Passes over the support set");
  group.row(prefix + "-steps", later.steps, not_negative, "Steps instead of epochs; 0 = epochs").scaled();
  group.row(prefix + "-batch", later.batch, or_as_before, "Samples a step; 0 = all");
  group.row(prefix + "-optimizer", later.optimizer, "Optimiser");
  group.row(prefix + "-lr", later.lr, or_as_before, "Learning rate");
  return group;
}

OptionGroup finetuning_group(LaterTraining& finetune) {
  return adaptation_group(finetuning, "finetune", finetune);
}

OptionGroup production_group(RoundOptions& rounds) {
  OptionGroup group{production, {}};
  group.row("episode-samples", rounds.episode_samples, not_negative,
            "Train on new draws of at most so many of a client's samples (and half of them); 0 = its "
            "division");
  return group;
}

OptionGroup production_group(RoundOptions& rounds, std::int64_t& test_steps) {
  auto group = production_group(rounds);
  group
      .row("test-steps", test_steps, not_negative,
           "Steps of adaptation at test time, 500 samples each (not perfedavg); 0 = as in training")
      .scaled();
  return group;
}

std::string amount_text(std::int64_t steps, std::int64_t epochs) {
  const auto count = steps > 0 ? steps : epochs;
  return std::to_string(count) + (steps > 0 ? " step" : " epoch") + (count == 1 ? "" : "s");
}

std::string passes_text(const learn::Passes& passes) {
  return amount_text(passes.steps, passes.epochs) +
         (passes.batch > 0 ? " x " + std::to_string(passes.batch) : " x all");
}

std::string local_text(const LocalTraining& local, const ServerOptions& server) {
  auto text =
      "client " + options::word(local.optimizer) + " " + general(local.lr) + ", " + passes_text(local.passes);
  if (local.direction == learn::Direction::gradients) text += ", sends the sum of its gradients";
  text.append("; server ").append(options::word(server.optimizer));
  if (server.optimizer != ServerStep::average) text.append(" ").append(general(server.lr));
  if (server.momentum > 0) text.append(" momentum ").append(general(server.momentum));
  return text;
}

std::string outer_text(const OuterStep& outer) {
  return options::word(outer.optimizer) + " " + general(outer.lr);
}

void check_server(const ServerOptions& server, const std::string& prefix) {
  const bool plain = server.lr == 1 && server.momentum == 0;
  refuse(prefix.empty() && server.optimizer == ServerStep::average && !plain,
         "plain averaging has no rate and no momentum", "--server-optimizer average",
         "use --server-optimizer sgd");
  refuse(server.optimizer != ServerStep::sgd && server.momentum != 0, "this momentum is that of sgd",
         "--" + prefix + "server-momentum", "use --" + prefix + "server-optimizer sgd, or leave it out");
}

void check_beta1(double beta1, const std::string& name) {
  refuse(beta1 == 1, "Adam's mean must take in gradients", "--" + name + " 1", "use a number below 1");
}

}  // namespace fedmeta::algorithms

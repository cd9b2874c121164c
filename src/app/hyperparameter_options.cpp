// The options that --set can give one algorithm alone.

#include "app/option_kinds.hpp"
#include "app/options.hpp"

namespace fedmeta::app {
namespace {

void add_local_training(CLI::App& app, federate::Protocol& p) {
  app.option_defaults()->group("Local training (fedavg, fedavg-meta, reptile, first stage of perfedavg)");
  option(app, "batch-size", p.local.batch, "Samples a step; 0 = all", not_negative);
  option(app, "local-epochs", p.local.epochs, "Passes over the client's samples", positive);
  option(app, "local-steps", p.local.steps, "Steps instead of epochs; 0 = epochs", not_negative);
  option(app, "local-lr", p.local_lr, "Learning rate on the client", not_negative);
  option(app, "local-optimizer", p.local_optimizer, "Optimiser on the client")
      ->check(one_of({"sgd", "adam"}));
  option(app, "local-beta1", p.local_beta1, "Its decay of the mean gradient (adam)", fraction);
  option(app, "local-weight-decay", p.local_weight_decay, "Times the parameters, added to the gradient",
         not_negative);
  option(app, "local-adam", p.local_adam,
         "Its state; persist = kept per client, which stays at its home rank")
      ->check(one_of({"reset", "persist"}));
  option(app, "local-data", p.local_data, "All samples of a client, or its support set alone")
      ->check(one_of({"all", "support"}));
  option(app, "local-direction", p.local_direction,
         "What a client sends: theta less its own, or the sum of its gradients")
      ->check(one_of({"difference", "gradients"}));
  option(app, "server-optimizer", p.server_optimizer, "Server step; average = sgd with rate 1")
      ->check(one_of({"average", "sgd", "adam"}));
  option(app, "server-lr", p.server_lr, "Learning rate of the server step", not_negative);
  option(app, "server-momentum", p.server_momentum, "Momentum of the server step (sgd)", fraction);
}

void add_meta_learning(CLI::App& app, federate::Protocol& p) {
  app.option_defaults()->group("Meta-learning (fomaml, maml, meta-sgd; the outer step also fedsgd)");
  option(app, "inner-lr", p.inner_lr, "alpha: rate of the inner steps", not_negative);
  option(app, "inner-epochs", p.inner.epochs, "Passes over the support set", positive);
  option(app, "inner-batch", p.inner.batch, "Samples an inner step; 0 = the whole support set", not_negative);
  option(app, "outer-lr", p.outer_lr, "beta: rate of the server step", not_negative);
  option(app, "outer-optimizer", p.outer_optimizer, "Server step")->check(one_of({"adam", "sgd"}));
  option(app, "outer-weight-decay", p.outer_weight_decay, "Times the parameters, added to the direction",
         not_negative);
  flag(app, "first-order", p.first_order, "maml, meta-sgd: without Hessians");
  option(app, "alpha-gradient", p.alpha_gradient, "meta-sgd: exact, or theta's in its place as in Flower's")
      ->check(one_of({"exact", "flower"}));
  flag(app, "alpha-clamp", p.alpha_clamp, "meta-sgd: no alpha below 0");
}

/// How a new client's support set is trained on, before it is tested: PREFIX-epochs and so on.
void add_adaptation(CLI::App& app, const std::string& prefix, learn::Passes& passes, std::string& optimizer,
                    double& lr) {
  option(app, prefix + "-epochs", passes.epochs, "Passes over the support set", not_negative);
  option(app, prefix + "-steps", passes.steps, "Steps instead of epochs; 0 = epochs", not_negative);
  option(app, prefix + "-batch", passes.batch, "Samples a step; 0 = all", or_as_before);
  option(app, prefix + "-optimizer", optimizer, "Optimiser")->check(one_of({"same", "sgd", "adam"}));
  option(app, prefix + "-lr", lr, "Learning rate", or_as_before);
}

void add_finetuning(CLI::App& app, federate::Protocol& p) {
  app.option_defaults()->group(
      "Adaptation to a new client (fedavg-meta, reptile); -1, same = as local training");
  add_adaptation(app, "finetune", p.finetune, p.finetune_optimizer, p.finetune_lr);
}

void add_second_stage(CLI::App& app, federate::Protocol& p) {
  app.option_defaults()->group("Second stage (perfedavg); -1, same = as its first stage");
  option(app, "stage2-rounds", p.stage2_rounds, "Rounds of Reptile after those of FedAvg", or_as_before);
  option(app, "stage2-clients-per-round", p.stage2_clients_per_round, "Clients sampled in such a round",
         or_as_before);
  option(app, "stage2-local-steps", p.stage2_local.steps, "Steps on a client (K); 0 = epochs", not_negative);
  option(app, "stage2-local-epochs", p.stage2_local.epochs, "Passes over the client's samples", positive);
  option(app, "stage2-batch-size", p.stage2_local.batch, "Samples a step; 0 = all", or_as_before);
  option(app, "stage2-local-optimizer", p.stage2_local_optimizer, "Optimiser on the client")
      ->check(one_of({"same", "sgd", "adam"}));
  option(app, "stage2-local-lr", p.stage2_local_lr, "Learning rate on the client", or_as_before);
  option(app, "stage2-local-beta1", p.stage2_local_beta1, "Its decay of the mean gradient (adam)",
         or_as_before);
  option(app, "stage2-local-direction", p.stage2_local_direction, "What a client sends")
      ->check(one_of({"same", "difference", "gradients"}));
  option(app, "stage2-server-optimizer", p.stage2_server_optimizer, "Server step")
      ->check(one_of({"average", "sgd", "adam"}));
  option(app, "stage2-server-lr", p.stage2_server_lr, "Learning rate of the server step", not_negative);
  option(app, "stage2-server-momentum", p.stage2_server_momentum, "Momentum of the server step (sgd)",
         fraction);
}

void add_personalisation(CLI::App& app, federate::Protocol& p) {
  app.option_defaults()->group(
      "Third stage: adaptation to a new client (perfedavg); -1, same = as its first stage");
  add_adaptation(app, "personal", p.personal, p.personal_optimizer, p.personal_lr);
  option(app, "personal-curve", p.personal_curve, "Epochs to follow accuracy over, at the end; 0 = none",
         not_negative);
}

void add_production(CLI::App& app, federate::Protocol& p) {
  app.option_defaults()->group("Production task");
  option(app, "episode-samples", p.episode_samples,
         "Train on new draws of at most so many of a client's samples (and half of them); 0 = its division",
         not_negative);
  option(app, "test-steps", p.test_steps,
         "Steps of adaptation at test time, 500 samples each (not perfedavg); 0 = as in training",
         not_negative);
  option(app, "self-steps", p.self_steps, "Steps of self, 500 samples each", positive);
}

}  // namespace

void add_hyperparameters(CLI::App& app, federate::Protocol& p) {
  app.option_defaults()->group("Training");
  option(app, "rounds", p.rounds, "Rounds of training", positive);
  option(app, "clients-per-round", p.clients_per_round, "Clients sampled in a round (m)", positive);
  option(app, "weighting", p.weighting, "Weight of a client in the mean")
      ->check(one_of({"samples", "uniform", "query"}));
  flag(app, "resample", p.resample, "Support and query sets of training clients drawn anew each round");
  flag(app, "outer-reset", p.outer_reset, "The server's optimiser starts anew each round");
  add_local_training(app, p);
  add_meta_learning(app, p);
  add_finetuning(app, p);
  add_second_stage(app, p);
  add_personalisation(app, p);
  add_production(app, p);
}

}  // namespace fedmeta::app

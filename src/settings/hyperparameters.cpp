// The rows of hyper-parameters, which --set can give one algorithm alone.

#include "settings/options.hpp"

namespace fedmeta::settings {
namespace {

// Who reads what.
const Words all_with_rounds{"fedsgd",   "fedavg",  "fedavg-meta", "fomaml", "maml",
                            "meta-sgd", "reptile", "perfedavg",   "mixed"};
const Words local{"fedavg", "fedavg-meta", "reptile", "perfedavg"};
const Words local_mixed{"fedavg", "fedavg-meta", "reptile", "perfedavg", "mixed"};  // which adapts by it
const Words local_mixed_self{"fedavg", "fedavg-meta", "reptile", "perfedavg", "mixed", "self"};
const Words inner{"fomaml", "maml", "meta-sgd"};
const Words outer{"fedsgd", "fomaml", "maml", "meta-sgd", "mixed"};
const Words with_test_steps{"fedavg-meta", "reptile", "mixed", "fomaml", "maml", "meta-sgd"};

OptionGroup training(algorithms::Protocol& p) {
  OptionGroup group{"Training", all_with_rounds};
  group.row("rounds", p.rounds, options::positive, "Rounds of training");
  group.row("clients-per-round", p.clients_per_round, options::positive, "Clients sampled in a round (m)")
      .scaled();
  group.row("weighting", p.weighting, "Weight of a client in the mean");
  group.row("resample", p.resample, {}, "Support and query sets of training clients drawn anew each round")
      .read_by({"fedavg", "fedavg-meta", "reptile", "perfedavg", "fomaml", "maml", "meta-sgd"});
  group.row("outer-reset", p.outer_reset, {}, "The server's optimiser starts anew each round");
  return group;
}

OptionGroup local_training(algorithms::Protocol& p) {
  OptionGroup group{"Local training (fedavg, fedavg-meta, reptile, first stage of perfedavg)", local};
  group.row("batch-size", p.local.batch, options::not_negative, "Samples a step; 0 = all")
      .read_by(local_mixed);
  group.row("local-epochs", p.local.epochs, options::positive, "Passes over the client's samples");
  group.row("local-steps", p.local.steps, options::not_negative, "Steps instead of epochs; 0 = epochs")
      .scaled();
  group.row("local-lr", p.local_lr, options::not_negative, "Learning rate on the client")
      .read_by(local_mixed_self);
  group.row("local-optimizer", p.local_optimizer, "Optimiser on the client").read_by(local_mixed_self);
  group.row("local-beta1", p.local_beta1, options::fraction, "Its decay of the mean gradient (adam)")
      .read_by(local_mixed);
  group
      .row("local-weight-decay", p.local_weight_decay, options::not_negative,
           "Times the parameters, added to the gradient")
      .read_by(local_mixed);
  group.row("local-adam", p.local_adam, "Its state; persist = kept per client, which stays at its home rank");
  group.row("local-data", p.local_data, "All samples of a client, or its support set alone");
  group.row("local-direction", p.local_direction,
            "What a client sends: theta less its own, or the sum of its gradients");
  group.row("server-optimizer", p.server_optimizer, "Server step; average = sgd with rate 1");
  group.row("server-lr", p.server_lr, options::not_negative, "Learning rate of the server step");
  group.row("server-momentum", p.server_momentum, options::fraction, "Momentum of the server step (sgd)");
  return group;
}

OptionGroup meta_learning(algorithms::Protocol& p) {
  OptionGroup group{"Meta-learning (fomaml, maml, meta-sgd; the outer step also fedsgd)", inner};
  group.row("inner-lr", p.inner_lr, options::not_negative, "alpha: rate of the inner steps");
  group.row("inner-epochs", p.inner.epochs, options::positive, "Passes over the support set");
  group.row("inner-batch", p.inner.batch, options::not_negative,
            "Samples an inner step; 0 = the whole support set");
  group.row("outer-lr", p.outer_lr, options::not_negative, "beta: rate of the server step").read_by(outer);
  group.row("outer-optimizer", p.outer_optimizer, "Server step").read_by(outer);
  group
      .row("outer-weight-decay", p.outer_weight_decay, options::not_negative,
           "Times the parameters, added to the direction")
      .read_by(outer);
  group.row("first-order", p.first_order, {}, "maml, meta-sgd: without Hessians")
      .read_by({"maml", "meta-sgd"});
  group.row("alpha-gradient", p.alpha_gradient, "meta-sgd: exact, or theta's in its place as in Flower's")
      .read_by({"meta-sgd"});
  group.row("alpha-clamp", p.alpha_clamp, {}, "meta-sgd: no alpha below 0").read_by({"meta-sgd"});
  return group;
}

/// How a new client's support set is trained on, before it is tested: PREFIX-epochs and so on.
void add_adaptation(OptionGroup& group, const std::string& prefix, algorithms::LaterTraining& later) {
  group.row(prefix + "-epochs", later.epochs, options::not_negative, "Passes over the support set");
  group.row(prefix + "-steps", later.steps, options::not_negative, "Steps instead of epochs; 0 = epochs")
      .scaled();
  group.row(prefix + "-batch", later.batch, options::or_as_before, "Samples a step; 0 = all");
  group.row(prefix + "-optimizer", later.optimizer, "Optimiser");
  group.row(prefix + "-lr", later.lr, options::or_as_before, "Learning rate");
}

OptionGroup finetuning(algorithms::Protocol& p) {
  OptionGroup group{"Adaptation to a new client (fedavg-meta, reptile); -1, same = as local training",
                    {"fedavg-meta", "reptile", "mixed"}};
  add_adaptation(group, "finetune", p.finetune);
  return group;
}

OptionGroup second_stage(algorithms::Protocol& p) {
  OptionGroup group{"Second stage (perfedavg); -1, same = as its first stage", {"perfedavg"}};
  group.row("stage2-rounds", p.stage2_rounds, options::or_as_before,
            "Rounds of Reptile after those of FedAvg");
  group
      .row("stage2-clients-per-round", p.stage2_clients_per_round, options::or_as_before,
           "Clients sampled in such a round")
      .scaled();
  group
      .row("stage2-local-steps", p.stage2_local.steps, options::not_negative,
           "Steps on a client (K); 0 = epochs")
      .scaled();
  group.row("stage2-local-epochs", p.stage2_local.epochs, options::positive,
            "Passes over the client's samples");
  group.row("stage2-batch-size", p.stage2_local.batch, options::or_as_before, "Samples a step; 0 = all");
  group.row("stage2-local-optimizer", p.stage2_local.optimizer, "Optimiser on the client");
  group.row("stage2-local-lr", p.stage2_local.lr, options::or_as_before, "Learning rate on the client");
  group.row("stage2-local-beta1", p.stage2_local.beta1, options::or_as_before,
            "Its decay of the mean gradient (adam)");
  group.row("stage2-local-direction", p.stage2_local.direction, "What a client sends");
  group.row("stage2-server-optimizer", p.stage2_server_optimizer, "Server step");
  group.row("stage2-server-lr", p.stage2_server_lr, options::not_negative,
            "Learning rate of the server step");
  group.row("stage2-server-momentum", p.stage2_server_momentum, options::fraction,
            "Momentum of the server step (sgd)");
  return group;
}

OptionGroup personalisation(algorithms::Protocol& p) {
  OptionGroup group{"Third stage: adaptation to a new client (perfedavg); -1, same = as its first stage",
                    {"perfedavg"}};
  add_adaptation(group, "personal", p.personal);
  group.row("personal-curve", p.personal_curve, options::not_negative,
            "Epochs to follow accuracy over, at the end; 0 = none");
  return group;
}

OptionGroup production(algorithms::Protocol& p) {
  OptionGroup group{"Production task", all_with_rounds};
  group.row("episode-samples", p.episode_samples, options::not_negative,
            "Train on new draws of at most so many of a client's samples (and half of them); 0 = its "
            "division");
  group
      .row("test-steps", p.test_steps, options::not_negative,
           "Steps of adaptation at test time, 500 samples each (not perfedavg); 0 = as in training")
      .scaled()
      .read_by(with_test_steps);
  group.row("self-steps", p.self_steps, options::positive, "Steps of self, 500 samples each")
      .scaled()
      .read_by({"self"});
  return group;
}

}  // namespace

OptionTable hyperparameters(algorithms::Protocol& p) {
  return {training(p),     local_training(p),  meta_learning(p), finetuning(p),
          second_stage(p), personalisation(p), production(p)};
}

}  // namespace fedmeta::settings

#include "app/options.hpp"

#include "app/option_kinds.hpp"

namespace fedmeta::app {
namespace {

void add_general(CLI::App& app, Settings& s) {
  app.option_defaults()->group("General");
  option(app, "profile", s.profile,
         "Preset of everything below: quick|tuned|paper|algorithm1|flower|fedlab|jiang");
  option(app, "scale", s.scale, "Clients, samples, clients per round and local steps times this",
         scale_factor);
  option(app, "algorithms", s.algorithms,
         "fedsgd,fedavg,fedavg-meta,fomaml,maml,meta-sgd,reptile,perfedavg or all; production also "
         "mixed,self,mfu,mru,nb")
      ->delimiter(',');
  option(app, "set", s.set, "ALGORITHM.KEY=VALUE: a value for one algorithm alone; may be repeated")
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  option(app, "model", s.model, "Network")
      ->check(one_of(
          {"auto", "cnn", "tff-cnn-dropout", "tff-cnn", "fedlab-cnn", "lstm", "lr", "nn", "nn-unified"}));
  option(app, "head", s.head, "Units of a linear layer before the last (lstm); 0 = none", not_negative);
  option(app, "lstm-bias", s.lstm_bias, "One bias a layer as TensorFlow's, or two as PyTorch's")
      ->check(one_of({"tf", "torch"}));
  option(app, "activation", s.activation, "Of the hidden layer (nn, nn-unified)")
      ->check(one_of({"relu", "tanh"}));
  option(app, "init", s.init, "Initial parameters as TensorFlow's or PyTorch's")
      ->check(one_of({"tf", "torch"}));
  option(app, "seeds", s.seeds, "Initialisation and sampling; one run for each", any_seed);
}

void add_data(CLI::App& app, Settings& s) {
  app.option_defaults()->group("Data");
  option(app, "dataset", s.source.dataset, "Data set")
      ->check(one_of({"femnist", "shakespeare", "sent140", "synthetic", "production"}));
  option(app, "data", s.data, "LEAF folder or JSON file, raw text, or log; absent: a generated stand-in");
  flag(app, "allow-partial", s.allow_partial, "Go on where files that look like data are not read");
  option(app, "min-samples", s.filters.min_samples, "Drop clients with fewer, at least 2; 0 = no bound",
         not_negative);
  option(app, "max-samples", s.filters.max_samples, "Drop clients with more; 0 = no bound", not_negative);
  option(app, "max-clients", s.filters.max_clients, "Keep so many, drawn at random; 0 = all", not_negative);
  option(app, "support-fraction", s.support_fraction, "Share of a client's samples to adapt on", fraction);
  option(app, "division", s.division, "How support and query set are drawn")
      ->check(one_of({"random", "stratified", "chronological", "recent"}));
  option(app, "train-share", s.roles.train, "Share of the clients that train", fraction);
  option(app, "validation-share", s.roles.validation, "Share to validate on; the rest are test clients",
         fraction);
  option(app, "client-split", s.client_split, "Roles by lot, or by the order of ids: the first ones train")
      ->check(one_of({"random", "sorted"}));
  option(app, "data-seed", s.data_seed, "Roles of clients, divisions and generated data", any_seed);
  option(app, "generated-clients", s.source.generated.clients,
         "Clients of the stand-in (used without --data)", positive);
  option(app, "generated-samples", s.source.generated.mean_samples,
         "Their samples, mean (synthetic has sizes of its own)", not_negative);
  option(app, "generated-deviation", s.source.generated.deviation_samples,
         "Their samples, standard deviation", not_negative);
}

void add_variants(CLI::App& app, data::DatasetPlan& source) {
  app.option_defaults()->group("Variants of data sets");
  flag(app, "digits", source.digits, "femnist: the digits alone, as 10 classes");
  flag(app, "invert", source.invert, "femnist: x becomes 1 - x");
  option(app, "partition", source.partition, "femnist: clients are writers, or get two label-sorted shards")
      ->check(one_of({"writers", "shards"}));
  option(app, "vocabulary", source.vocabulary, "shakespeare: characters with a number of their own")
      ->check(one_of({"leaf80", "leaf53", "data"}));
  option(app, "glove", source.glove, "sent140: word vectors as GloVe text");
  flag(app, "lower-case", source.lower_case, "sent140: small letters, as GloVe's words have");
  option(app, "generator", source.generator, "synthetic: LEAF's, or synthetic(alpha, beta)")
      ->check(one_of({"leaf", "alpha-beta"}));
  option(app, "alpha", source.alpha, "synthetic: spread of the clients' models", not_negative);
  option(app, "beta", source.beta, "synthetic: spread of the clients' inputs", not_negative);
}

void add_evaluation(CLI::App& app, Settings& s) {
  app.option_defaults()->group("Evaluation");
  option(app, "eval-every", s.eval_every, "Rounds between evaluations; 0 = after the last only",
         not_negative);
  option(app, "eval-on", s.eval_on,
         "Clients to evaluate on: both = test and validation, train = those seen in training")
      ->check(one_of({"test", "validation", "both", "train", "all"}));
  option(app, "eval-clients", s.eval_clients,
         "So many of them, drawn at random each time but the last; 0 = all", not_negative);
  option(app, "target-accuracy", s.target_accuracy, "Accuracy whose cost is reported; 0 = none", fraction);
}

void add_machine(CLI::App& app, Settings& s) {
  app.option_defaults()->group("Machine");
  option(app, "device", s.device, "auto = the rank's own GPU where there is one")
      ->check(one_of({"auto", "cpu", "cuda"}));
  option(app, "threads", s.threads, "Threads of a rank; 0 = cores of the node / ranks on it", thread_count);
  option(app, "precision", s.precision, "Of matrix products; tf32 on GPUs alone")
      ->check(one_of({"fp32", "tf32", "bf16"}));
  option(app, "reduction", s.reduction, "Sums of floats, or the same bits for any number of ranks")
      ->check(one_of({"native", "reproducible"}));
  option(app, "placement", s.placement,
         "Clients where they are hosted, or spread over the node's ranks by cost")
      ->check(one_of({"home", "balanced"}));
}

void add_output(CLI::App& app, Settings& s) {
  app.option_defaults()->group("Output");
  option(app, "output", s.output, "Results file; absent: runs/DATASET-TIME.h5");
  flag(app, "force", s.force, "Overwrite an existing results file");
  flag(app, "save-model", s.save_model, "Initial and final parameters go into the results file");
  flag(app, "save-division", s.save_division, "Every client's division goes into the results file");
  option(app, "progress", s.progress, "auto = a bar on a terminal, else a line per evaluation")
      ->check(one_of({"auto", "plain", "off"}));
  app.option_defaults()->group("Not supported yet");
  option(app, "checkpoint-every", s.checkpoint_every, "Rounds between checkpoints; 0 = never", not_negative);
  flag(app, "resume", s.resume, "Go on from a checkpoint");
}

}  // namespace

void add_options(CLI::App& app, Settings& s) {
  add_general(app, s);
  add_data(app, s);
  add_variants(app, s.source);
  add_hyperparameters(app, s.protocol);
  add_evaluation(app, s);
  add_machine(app, s);
  add_output(app, s);
}

}  // namespace fedmeta::app

#include "app/options.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <type_traits>

#include "app/nearest.hpp"
#include "base/error.hpp"

namespace fedmeta::app {
namespace {

// A validator's complaint has two lines: what is wrong, and what to do.

/// One of a few names; others are refused with the nearest known one.
CLI::Validator one_of(const std::vector<std::string>& names) {
  std::string description;
  for (const auto& name : names) description += (description.empty() ? "" : "|") + name;
  const auto check = [names](const std::string& value) -> std::string {
    const bool known = std::find(names.begin(), names.end(), value) != names.end();
    return known ? "" : "unknown value " + value + '\n' + did_you_mean(value, names);
  };
  return CLI::Validator(check, description);
}

/// A number from `least` to `most`.
CLI::Validator between(double least, double most, const std::string& description) {
  const auto check = [=](const std::string& text) -> std::string {
    char* end = nullptr;
    const double value = std::strtod(text.c_str(), &end);
    const bool number = !text.empty() && *end == '\0';
    return number && value >= least && value <= most ? ""
                                                     : "impossible value " + text + "\nuse " + description;
  };
  return CLI::Validator(check, "");
}

const auto positive = between(1, 1e9, "a whole number from 1 to a billion");
const auto not_negative = between(0, 1e9, "a number from 0 to a billion");
const auto or_as_before = between(-1, 1e9, "a number from 0 to a billion, or -1");
const auto fraction = between(0, 1, "a number from 0 to 1");

/// The fewest digits that read back to the same number.
std::string shortest(double value) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  return {text.data(), end};
}

template <class T>
CLI::Option* option(CLI::App& app, const std::string& name, T& value, const std::string& help) {
  auto* added = app.add_option("--" + name, value, help)->capture_default_str();
  // CLI11 writes six digits; the settings in a results file are to be those that were used.
  if constexpr (std::is_same_v<T, double>) added->default_str(shortest(value));
  return added;
}

CLI::Option* flag(CLI::App& app, const std::string& name, bool& value, const std::string& help) {
  // Not captured here, so that --help does not show it.
  const auto present = [&value] { return std::string(value ? "true" : "false"); };
  return app.add_flag("--" + name, value, help)->default_function(present);
}

void add_general(CLI::App& app, Settings& s) {
  app.option_defaults()->group("General");
  option(app, "profile", s.profile, "Preset of everything below: quick|tuned|paper|algorithm1");
  option(app, "scale", s.scale, "Clients, samples, clients per round and local steps times this")
      ->check(between(1e-9, 1, "a number above 0 and up to 1"));
  option(app, "algorithms", s.algorithms,
         "fedsgd,fedavg,fedavg-meta,fomaml,maml,meta-sgd,reptile,perfedavg or all; production also "
         "mixed,self,mfu,mru,nb")
      ->delimiter(',');
  option(app, "set", s.set, "ALGORITHM.KEY=VALUE: a value for one algorithm alone; may be repeated");
  option(app, "model", s.model, "Network")
      ->check(one_of(
          {"auto", "cnn", "tff-cnn-dropout", "tff-cnn", "fedlab-cnn", "lstm", "lr", "nn", "nn-unified"}));
  option(app, "head", s.head, "Units of a linear layer before the last (lstm); 0 = none")
      ->check(not_negative);
  option(app, "lstm-bias", s.lstm_bias, "One bias a layer as TensorFlow's, or two as PyTorch's")
      ->check(one_of({"tf", "torch"}));
  option(app, "activation", s.activation, "Of the hidden layer (nn, nn-unified)")
      ->check(one_of({"relu", "tanh"}));
  option(app, "init", s.init, "Initial parameters as TensorFlow's or PyTorch's")
      ->check(one_of({"tf", "torch"}));
  option(app, "seeds", s.seeds, "Initialisation and sampling; one run for each")->delimiter(',');
}

void add_data(CLI::App& app, Settings& s) {
  app.option_defaults()->group("Data");
  option(app, "dataset", s.source.dataset, "Data set")
      ->check(one_of({"femnist", "shakespeare", "sent140", "synthetic", "production"}));
  option(app, "data", s.data, "LEAF folder or JSON file, raw text, or log; absent: a generated stand-in");
  option(app, "min-samples", s.filters.min_samples, "Drop clients with fewer; 0 = no bound")
      ->check(not_negative);
  option(app, "max-samples", s.filters.max_samples, "Drop clients with more; 0 = no bound")
      ->check(not_negative);
  option(app, "max-clients", s.filters.max_clients, "Keep so many, drawn at random; 0 = all")
      ->check(not_negative);
  option(app, "support-fraction", s.support_fraction, "Share of a client's samples to adapt on")
      ->check(fraction);
  option(app, "division", s.division, "How support and query set are drawn")
      ->check(one_of({"random", "stratified", "chronological", "recent"}));
  option(app, "train-share", s.roles.train, "Share of the clients that train")->check(fraction);
  option(app, "validation-share", s.roles.validation, "Share to validate on; the rest are test clients")
      ->check(fraction);
  option(app, "client-split", s.roles.sorted, "Roles by lot, or by the order of ids")
      ->transform(CLI::CheckedTransformer(std::map<std::string, bool>{{"random", false}, {"sorted", true}}));
  option(app, "data-seed", s.data_seed, "Roles of clients, divisions and generated data");
  option(app, "generated-clients", s.source.generated.clients,
         "Clients of the stand-in (used without --data)")
      ->check(positive);
  option(app, "generated-samples", s.source.generated.mean_samples, "Their samples, mean")->check(positive);
  option(app, "generated-deviation", s.source.generated.deviation_samples,
         "Their samples, standard deviation")
      ->check(not_negative);
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
  option(app, "alpha", source.alpha, "synthetic: spread of the clients' models")->check(not_negative);
  option(app, "beta", source.beta, "synthetic: spread of the clients' inputs")->check(not_negative);
}

void add_evaluation(CLI::App& app, Settings& s) {
  app.option_defaults()->group("Evaluation");
  option(app, "eval-every", s.eval_every, "Rounds between evaluations; 0 = after the last only")
      ->check(not_negative);
  option(app, "eval-on", s.eval_on, "Clients to evaluate on")->check(one_of({"test", "validation", "both"}));
  option(app, "eval-clients", s.eval_clients, "So many of them, drawn at random each time; 0 = all")
      ->check(not_negative);
  option(app, "target-accuracy", s.target_accuracy, "Accuracy whose cost is reported; 0 = none")
      ->check(fraction);
}

void add_machine(CLI::App& app, Settings& s) {
  app.option_defaults()->group("Machine");
  option(app, "device", s.device, "auto = the rank's own GPU where there is one")
      ->check(one_of({"auto", "cpu", "cuda"}));
  option(app, "threads", s.threads, "Threads of a rank; 0 = cores of the node / ranks on it")
      ->check(between(0, 4096, "a number of threads"));
  option(app, "precision", s.precision, "Of matrix products")->check(one_of({"fp32", "tf32", "bf16"}));
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
  option(app, "checkpoint-every", s.checkpoint_every, "Rounds between checkpoints; 0 = never");
  flag(app, "resume", s.resume, "Go on from a checkpoint");
}

void add_local_training(CLI::App& app, federate::Protocol& p) {
  app.option_defaults()->group("Local training (fedavg, fedavg-meta, reptile, first stage of perfedavg)");
  option(app, "batch-size", p.local.batch, "Samples a step; 0 = all")->check(not_negative);
  option(app, "local-epochs", p.local.epochs, "Passes over the client's samples")->check(positive);
  option(app, "local-steps", p.local.steps, "Steps instead of epochs; 0 = epochs")->check(not_negative);
  option(app, "local-lr", p.local_lr, "Learning rate on the client")->check(not_negative);
  option(app, "local-optimizer", p.local_optimizer, "Optimiser on the client")
      ->check(one_of({"sgd", "adam"}));
  option(app, "local-weight-decay", p.local_weight_decay, "Times the parameters, added to the gradient")
      ->check(not_negative);
  option(app, "local-adam", p.local_adam,
         "Its state; persist = kept per client, which stays at its home rank")
      ->check(one_of({"reset", "persist"}));
  option(app, "local-data", p.local_data, "All samples of a client, or its support set alone")
      ->check(one_of({"all", "support"}));
  option(app, "server-optimizer", p.server_optimizer, "Server step; average = sgd with rate 1")
      ->check(one_of({"average", "sgd", "adam"}));
  option(app, "server-lr", p.server_lr, "Learning rate of the server step")->check(not_negative);
  option(app, "server-momentum", p.server_momentum, "Momentum of the server step (sgd)")->check(fraction);
}

void add_meta_learning(CLI::App& app, federate::Protocol& p) {
  app.option_defaults()->group("Meta-learning (fomaml, maml, meta-sgd; the outer step also fedsgd)");
  option(app, "inner-lr", p.inner_lr, "alpha: rate of the inner steps")->check(not_negative);
  option(app, "inner-epochs", p.inner.epochs, "Passes over the support set")->check(positive);
  option(app, "inner-batch", p.inner.batch, "Samples an inner step; 0 = the whole support set")
      ->check(not_negative);
  option(app, "outer-lr", p.outer_lr, "beta: rate of the server step")->check(not_negative);
  option(app, "outer-optimizer", p.outer_optimizer, "Server step")->check(one_of({"adam", "sgd"}));
  option(app, "outer-weight-decay", p.outer_weight_decay, "Times the parameters, added to the direction")
      ->check(not_negative);
  flag(app, "first-order", p.first_order, "maml, meta-sgd: without Hessians");
  option(app, "alpha-gradient", p.alpha_gradient, "meta-sgd: exact, or theta's in its place as in Flower's")
      ->check(one_of({"exact", "flower"}));
  flag(app, "alpha-clamp", p.alpha_clamp, "meta-sgd: no alpha below 0");
}

void add_adaptation(CLI::App& app, federate::Protocol& p) {
  app.option_defaults()->group(
      "Adaptation to a new client (fedavg-meta, reptile); -1, same = as local training");
  option(app, "finetune-epochs", p.finetune.epochs, "Passes over the support set")->check(not_negative);
  option(app, "finetune-steps", p.finetune.steps, "Steps instead of epochs; 0 = epochs")->check(not_negative);
  option(app, "finetune-batch", p.finetune.batch, "Samples a step; 0 = all")->check(or_as_before);
  option(app, "finetune-optimizer", p.finetune_optimizer, "Optimiser")
      ->check(one_of({"same", "sgd", "adam"}));
  option(app, "finetune-lr", p.finetune_lr, "Learning rate")->check(or_as_before);
}

void add_stages(CLI::App& app, federate::Protocol& p) {
  app.option_defaults()->group("Second and third stage (perfedavg); -1, same = as its first stage");
  option(app, "stage2-rounds", p.stage2_rounds, "Rounds of Reptile after those of FedAvg")
      ->check(or_as_before);
  option(app, "stage2-clients-per-round", p.stage2_clients_per_round, "Clients sampled in such a round")
      ->check(or_as_before);
  option(app, "stage2-local-steps", p.stage2_local.steps, "Steps on a client (K); 0 = epochs")
      ->check(not_negative);
  option(app, "stage2-local-epochs", p.stage2_local.epochs, "Passes over the client's samples")
      ->check(positive);
  option(app, "stage2-batch-size", p.stage2_local.batch, "Samples a step; 0 = all")->check(or_as_before);
  option(app, "stage2-local-optimizer", p.stage2_local_optimizer, "Optimiser on the client")
      ->check(one_of({"same", "sgd", "adam"}));
  option(app, "stage2-local-lr", p.stage2_local_lr, "Learning rate on the client")->check(or_as_before);
  option(app, "stage2-server-optimizer", p.stage2_server_optimizer, "Server step")
      ->check(one_of({"average", "sgd", "adam"}));
  option(app, "stage2-server-lr", p.stage2_server_lr, "Learning rate of the server step")
      ->check(not_negative);
  option(app, "personal-epochs", p.personal.epochs, "Third stage: passes over a new client's support set")
      ->check(not_negative);
  option(app, "personal-batch", p.personal.batch, "Samples a step; 0 = all")->check(or_as_before);
  option(app, "personal-optimizer", p.personal_optimizer, "Optimiser")
      ->check(one_of({"same", "sgd", "adam"}));
  option(app, "personal-lr", p.personal_lr, "Learning rate")->check(or_as_before);
  option(app, "personal-curve", p.personal_curve, "Epochs to follow accuracy over, at the end; 0 = none")
      ->check(not_negative);
}

void add_production(CLI::App& app, federate::Protocol& p) {
  app.option_defaults()->group("Production task");
  option(app, "episode-samples", p.episode_samples,
         "Train on new draws of at most so many of a client's samples (and half of them); 0 = its division")
      ->check(not_negative);
  option(app, "test-steps", p.test_steps,
         "Steps of adaptation at test time, 500 samples each (not perfedavg); 0 = as in training")
      ->check(not_negative);
  option(app, "self-steps", p.self_steps, "Steps of self, 500 samples each")->check(positive);
}

/// The word after the last ": " or the last word of a message: the name that the parser stumbled over.
std::string last_word(const std::string& message) {
  const auto begin = message.find_last_of(' ');
  return begin == std::string::npos ? message : message.substr(begin + 1);
}

/// The first --option that a message names; "" where there is none.
std::string option_in(const std::string& message) {
  const auto begin = message.find("--");
  if (begin == std::string::npos) return "";
  return message.substr(begin, message.find_first_of(" :=,", begin) - begin);
}

}  // namespace

void add_hyperparameters(CLI::App& app, federate::Protocol& p) {
  app.option_defaults()->group("Training");
  option(app, "rounds", p.rounds, "Rounds of training")->check(positive);
  option(app, "clients-per-round", p.clients_per_round, "Clients sampled in a round (m)")->check(positive);
  option(app, "weighting", p.weighting, "Weight of a client in the mean")
      ->check(one_of({"samples", "uniform", "query"}));
  flag(app, "resample", p.resample, "Support and query sets of training clients drawn anew each round");
  flag(app, "outer-reset", p.outer_reset, "The server's optimiser starts anew each round");
  add_local_training(app, p);
  add_meta_learning(app, p);
  add_adaptation(app, p);
  add_stages(app, p);
  add_production(app, p);
}

void add_options(CLI::App& app, Settings& s) {
  add_general(app, s);
  add_data(app, s);
  add_variants(app, s.source);
  add_hyperparameters(app, s.protocol);
  add_evaluation(app, s);
  add_machine(app, s);
  add_output(app, s);
}

std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const auto* o : app.get_options()) names.push_back(o->get_single_name());
  return names;
}

void report_usage(const CLI::App& app, const CLI::ParseError& error, const std::string& origin) {
  const std::string message = error.what();
  if (dynamic_cast<const CLI::ExtrasError*>(&error) || dynamic_cast<const CLI::ConfigError*>(&error)) {
    auto name = last_word(message);
    const bool key = dynamic_cast<const CLI::ConfigError*>(&error) != nullptr;
    auto bare = name.substr(std::min(name.find_first_not_of('-'), name.size()));
    bare = bare.substr(0, bare.find('='));
    const auto where = key ? name + " in " + app.get_config_ptr()->as<std::string>() : name;
    throw Error(Status::usage, key ? "unknown key" : "unknown option", where,
                std::string("did you mean ") + (key ? "" : "--") + nearest(bare, option_names(app)) +
                    "? --help lists all");
  }
  // "--option: what" by a validator of ours with its remedy in a second line, or CLI11's own words.
  const auto newline = message.find('\n');
  const auto option = option_in(message);
  const bool ours = !option.empty() && message.starts_with(option + ": ");
  const auto what = message.substr(0, newline).substr(ours ? option.size() + 2 : 0);
  const auto where = option.empty()   ? "command line"
                     : origin.empty() ? option
                                      : origin + "." + option.substr(2);
  throw Error(Status::usage, what, where,
              newline == std::string::npos ? "see --help" : message.substr(newline + 1));
}

}  // namespace fedmeta::app

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
         "fedsgd,fedavg,fedavg-meta,fomaml,maml,meta-sgd or all; production also mixed,self,mfu,mru,nb")
      ->delimiter(',');
  option(app, "set", s.set, "ALGORITHM.KEY=VALUE: a value for one algorithm alone; may be repeated");
  option(app, "model", s.model, "Network")
      ->check(one_of(
          {"auto", "cnn", "tff-cnn-dropout", "tff-cnn", "fedlab-cnn", "lstm", "lr", "nn", "nn-unified"}));
  option(app, "init", s.init, "Initial parameters as TensorFlow's or PyTorch's")
      ->check(one_of({"tf", "torch"}));
  option(app, "seeds", s.seeds, "Initialisation and sampling; one run for each")->delimiter(',');
}

void add_data(CLI::App& app, Settings& s) {
  app.option_defaults()->group("Data");
  option(app, "dataset", s.dataset, "Data set")
      ->check(one_of({"femnist", "shakespeare", "sent140", "synthetic", "production"}));
  option(app, "data", s.data, "LEAF folder or JSON file; absent: a generated stand-in");
  option(app, "glove", s.glove, "Word vectors (sent140)");
  option(app, "min-samples", s.filters.min_samples, "Drop clients with fewer; 0 = no bound")
      ->check(not_negative);
  option(app, "max-samples", s.filters.max_samples, "Drop clients with more; 0 = no bound")
      ->check(not_negative);
  option(app, "max-clients", s.filters.max_clients, "Keep so many, drawn at random; 0 = all")
      ->check(not_negative);
  option(app, "support-fraction", s.support_fraction, "Share of a client's samples to adapt on")
      ->check(fraction);
  option(app, "division", s.division, "How support and query set are drawn")
      ->check(one_of({"random", "stratified", "chronological"}));
  option(app, "data-seed", s.data_seed, "Roles of clients, divisions and generated data");
  option(app, "generated-clients", s.generated.clients, "Writers of the stand-in (used without --data)")->check(positive);
  option(app, "generated-samples", s.generated.mean_samples, "Their samples, mean")->check(positive);
  option(app, "generated-deviation", s.generated.deviation_samples, "Their samples, standard deviation")
      ->check(not_negative);
}

void add_evaluation(CLI::App& app, Settings& s) {
  app.option_defaults()->group("Evaluation");
  option(app, "eval-every", s.eval_every, "Rounds between evaluations; 0 = after the last only")
      ->check(not_negative);
  option(app, "eval-on", s.eval_on, "Clients to evaluate on")->check(one_of({"test", "validation", "both"}));
  option(app, "target-accuracy", s.target_accuracy, "Accuracy whose cost is reported")->check(fraction);
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
  option(app, "local-adam", s.local_adam, "State of a client's Adam")->check(one_of({"reset", "persist"}));
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
  app.option_defaults()->group("Local training (fedavg, fedavg-meta)");
  option(app, "batch-size", p.local.batch, "Samples a step; 0 = all")->check(not_negative);
  option(app, "local-epochs", p.local.epochs, "Passes over the client's samples")->check(positive);
  option(app, "local-steps", p.local.steps, "Steps instead of epochs; 0 = epochs")->check(not_negative);
  option(app, "local-lr", p.local_lr, "Learning rate on the client")->check(not_negative);
  option(app, "local-optimizer", p.local_optimizer, "Optimiser on the client")
      ->check(one_of({"sgd", "adam"}));
  option(app, "server-optimizer", p.server_optimizer, "Server step; average = sgd with rate 1")
      ->check(one_of({"average", "sgd", "adam"}));
  option(app, "server-lr", p.server_lr, "Learning rate of the server step")->check(not_negative);
  option(app, "server-momentum", p.server_momentum, "Momentum of the server step (sgd)")->check(fraction);
  app.option_defaults()->group("Meta-learning (fomaml, maml, meta-sgd; the outer step also fedsgd)");
  option(app, "inner-lr", p.inner_lr, "alpha: rate of the inner steps")->check(not_negative);
  option(app, "inner-epochs", p.inner.epochs, "Passes over the support set")->check(positive);
  option(app, "inner-batch", p.inner.batch, "Samples an inner step; 0 = the whole support set")
      ->check(not_negative);
  option(app, "outer-lr", p.outer_lr, "beta: rate of the server step")->check(not_negative);
  option(app, "outer-optimizer", p.outer_optimizer, "Server step")->check(one_of({"adam", "sgd"}));
  app.option_defaults()->group("Production task");
  option(app, "episode-samples", p.episode_samples,
         "Train on new draws of at most so many of a client's samples (and half of them); 0 = its division")
      ->check(not_negative);
  option(app, "test-steps", p.test_steps,
         "Steps of adaptation at test time, 500 samples each; 0 = as in training")
      ->check(not_negative);
  option(app, "self-steps", p.self_steps, "Steps of self, 500 samples each")->check(positive);
}

void add_options(CLI::App& app, Settings& s) {
  add_general(app, s);
  add_data(app, s);
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

// Options and keys of fedmeta_bench: the one place where CLI11 is used for it.
//
// Every option is also a key of the --config file. The command line wins over the file, the file over
// --profile, and that over the defaults: the profile is found first, its settings become the defaults, and
// then everything is read once more.

#include <CLI/CLI.hpp>

#include <algorithm>
#include <sstream>

#include "app/nearest.hpp"
#include "app/settings.hpp"
#include "base/error.hpp"
#include "base/version.hpp"
#include "federate/algorithm.hpp"

namespace fedmeta::app {
namespace {

/// One of a few names; others are refused with the nearest known one.
CLI::Validator one_of(std::vector<std::string> names) {
  std::string description;
  for (const auto& name : names) description += (description.empty() ? "" : "|") + name;
  const auto check = [names](const std::string& value) -> std::string {
    const bool known = std::find(names.begin(), names.end(), value) != names.end();
    return known ? "" : "unknown value " + value + "; " + did_you_mean(value, names);
  };
  return CLI::Validator(check, description);
}

template <class T>
CLI::Option* option(CLI::App& app, const std::string& name, T& value, const std::string& help) {
  return app.add_option("--" + name, value, help)->capture_default_str();
}

CLI::Option* flag(CLI::App& app, const std::string& name, bool& value, const std::string& help) {
  return app.add_flag("--" + name, value, help);
}

const CLI::Range fraction(0.0, 1.0);

/// The options that --set can give one algorithm alone.
void add_hyperparameters(CLI::App& app, federate::Protocol& p) {
  app.option_defaults()->group("Training");
  option(app, "rounds", p.rounds, "Rounds of training")->check(CLI::PositiveNumber);
  option(app, "clients-per-round", p.clients_per_round, "Clients sampled in a round (m)")
      ->check(CLI::PositiveNumber);
  option(app, "weighting", p.weighting, "Weight of a client in the mean")
      ->check(one_of({"samples", "uniform", "query"}));
  app.option_defaults()->group("Local training (fedavg, fedavg-meta)");
  option(app, "batch-size", p.local.batch, "Samples a step; 0 = all")->check(CLI::NonNegativeNumber);
  option(app, "local-epochs", p.local.epochs, "Passes over the client's samples")->check(CLI::PositiveNumber);
  option(app, "local-steps", p.local.steps, "Steps instead of epochs; 0 = epochs")
      ->check(CLI::NonNegativeNumber);
  option(app, "local-lr", p.local_lr, "Learning rate on the client")->check(CLI::NonNegativeNumber);
  option(app, "local-optimizer", p.local_optimizer, "Optimiser on the client")
      ->check(one_of({"sgd", "adam"}));
  option(app, "server-optimizer", p.server_optimizer, "Server step; average = sgd with rate 1")
      ->check(one_of({"average", "sgd", "adam"}));
  option(app, "server-lr", p.server_lr, "Learning rate of the server step")->check(CLI::NonNegativeNumber);
  option(app, "server-momentum", p.server_momentum, "Momentum of the server step (sgd)")->check(fraction);
  app.option_defaults()->group("Meta-learning (fomaml, maml, meta-sgd; the outer step also fedsgd)");
  option(app, "inner-lr", p.inner_lr, "alpha: rate of the inner steps")->check(CLI::NonNegativeNumber);
  option(app, "inner-epochs", p.inner.epochs, "Passes over the support set")->check(CLI::PositiveNumber);
  option(app, "inner-batch", p.inner.batch, "Samples an inner step; 0 = the whole support set")
      ->check(CLI::NonNegativeNumber);
  option(app, "outer-lr", p.outer_lr, "beta: rate of the server step")->check(CLI::NonNegativeNumber);
  option(app, "outer-optimizer", p.outer_optimizer, "Server step")->check(one_of({"adam", "sgd"}));
}

void add_general(CLI::App& app, Settings& s) {
  app.option_defaults()->group("General");
  option(app, "profile", s.profile, "Preset of everything below: quick|tuned|paper|algorithm1");
  option(app, "scale", s.scale, "Clients, samples, clients per round and local steps times this")
      ->check(CLI::Range(1e-9, 1.0));
  option(app, "algorithms", s.algorithms, "fedsgd,fedavg,fedavg-meta,fomaml,maml,meta-sgd or all")
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
      ->check(CLI::NonNegativeNumber);
  option(app, "max-samples", s.filters.max_samples, "Drop clients with more; 0 = no bound")
      ->check(CLI::NonNegativeNumber);
  option(app, "max-clients", s.filters.max_clients, "Keep so many, drawn at random; 0 = all")
      ->check(CLI::NonNegativeNumber);
  option(app, "support-fraction", s.support_fraction, "Share of a client's samples to adapt on")
      ->check(fraction);
  option(app, "division", s.division, "How support and query set are drawn")
      ->check(one_of({"random", "stratified", "chronological"}));
  option(app, "data-seed", s.data_seed, "Roles of clients, divisions and generated data");
  option(app, "generated-clients", s.generated.clients, "Writers of the stand-in")
      ->check(CLI::PositiveNumber);
  option(app, "generated-samples", s.generated.mean_samples, "Their samples, mean")
      ->check(CLI::PositiveNumber);
  option(app, "generated-deviation", s.generated.deviation_samples, "Their samples, standard deviation")
      ->check(CLI::NonNegativeNumber);
}

void add_evaluation(CLI::App& app, Settings& s) {
  app.option_defaults()->group("Evaluation");
  option(app, "eval-every", s.eval_every, "Rounds between evaluations; 0 = after the last only")
      ->check(CLI::NonNegativeNumber);
  option(app, "eval-on", s.eval_on, "Clients to evaluate on")->check(one_of({"test", "validation", "both"}));
  option(app, "target-accuracy", s.target_accuracy, "Accuracy whose cost is reported")->check(fraction);
}

void add_machine(CLI::App& app, Settings& s) {
  app.option_defaults()->group("Machine");
  option(app, "device", s.device, "auto = the rank's own GPU where there is one")
      ->check(one_of({"auto", "cpu", "cuda"}));
  option(app, "threads", s.threads, "Threads of a rank; 0 = cores of the node / ranks on it")
      ->check(CLI::Range(0, 4096));
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

void add_all(CLI::App& app, Settings& s) {
  add_general(app, s);
  add_data(app, s);
  add_hyperparameters(app, s.protocol);
  add_evaluation(app, s);
  add_machine(app, s);
  add_output(app, s);
}

void add_commands(CLI::App& app, Settings& s) {
  app.set_version_flag("--version", std::string("fedmeta_bench ") + version() + " (" + git_commit() + ")");
  app.set_config("--config", "", "Settings as a TOML file: every option is a key")->check(CLI::ExistingFile);
  app.allow_config_extras(CLI::config_extras_mode::error);
  app.option_defaults()->group("General")->configurable(false);
  flag(app, "print-config", s.print_config, "Print the resolved settings as TOML and end");
  flag(app, "dry-run", s.dry_run, "Print the plan and its cost, train nothing");
  app.option_defaults()->configurable(true);
}

std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const auto* o : app.get_options()) names.push_back(o->get_single_name());
  return names;
}

/// The word after the last ": " or the last word of a message: the name that the parser stumbled over.
std::string last_word(const std::string& message) {
  const auto begin = message.find_last_of(' ');
  return begin == std::string::npos ? message : message.substr(begin + 1);
}

[[noreturn]] void report(const CLI::App& app, const CLI::ParseError& error) {
  const std::string message = error.what();
  if (error.get_name() == "ExtrasError" || dynamic_cast<const CLI::ConfigError*>(&error)) {
    auto name = last_word(message);
    const bool key = dynamic_cast<const CLI::ConfigError*>(&error) != nullptr;
    auto bare = name.substr(std::min(name.find_first_not_of('-'), name.size()));
    bare = bare.substr(0, bare.find('='));
    throw Error(Status::usage, key ? "unknown key" : "unknown option", name,
                std::string("did you mean ") + (key ? "" : "--") + nearest(bare, option_names(app)) +
                    "? --help lists all");
  }
  const auto colon = message.find(": ");
  const bool named = colon != std::string::npos && message.rfind("--", 0) == 0;
  throw Error(Status::usage, named ? message.substr(colon + 2) : message,
              named ? message.substr(0, colon) : "command line", "see --help");
}

void parse(CLI::App& app, int argc, const char* const* argv) {
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    throw HelpWanted{app.help()};
  } catch (const CLI::CallForVersion& error) {
    throw HelpWanted{std::string(error.what()) + "\n"};
  } catch (const CLI::ParseError& error) {
    report(app, error);
  }
}

/// The profile and data set named on the command line or in the file: they decide all other defaults.
Settings find_profile(int argc, const char* const* argv) {
  Settings found;
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  app.set_config("--config");
  app.allow_config_extras(CLI::config_extras_mode::ignore_all);
  app.add_option("--profile", found.profile);
  app.add_option("--dataset", found.dataset);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError&) {
    return Settings{};  // the full parse below reports it
  }
  return found;
}

// ---- per-algorithm values ---------------------------------------------------------------------------

using KeyValues = std::vector<std::pair<std::string, std::string>>;

/// KEY=VALUE pairs applied to a protocol by the options' own rules.
void apply(federate::Protocol& protocol, const KeyValues& pairs, const std::string& origin) {
  CLI::App app;
  add_hyperparameters(app, protocol);
  std::vector<std::string> arguments;
  for (const auto& [key, value] : pairs) {
    const auto names = option_names(app);
    if (std::find(names.begin(), names.end(), "--" + key) == names.end() &&
        std::find(names.begin(), names.end(), key) == names.end())
      throw Error(Status::usage, "unknown key", origin + " " + key,
                  "did you mean " + nearest(key, names) + "?");
    arguments.push_back("--" + key + "=" + value);
  }
  std::reverse(arguments.begin(), arguments.end());  // as CLI11 takes them
  try {
    app.parse(arguments);
  } catch (const CLI::ParseError& error) {
    report(app, error);
  }
}

/// The hyper-parameters that the user gave for all algorithms.
KeyValues given_hyperparameters(const CLI::App& app) {
  federate::Protocol unused;
  CLI::App reference;
  add_hyperparameters(reference, unused);
  KeyValues given;
  for (const auto* o : reference.get_options()) {
    if (o->get_single_name() == "help") continue;
    const auto* used = app.get_option_no_throw("--" + o->get_single_name());
    if (used != nullptr && used->count() > 0)
      given.emplace_back(o->get_single_name(), used->results().back());
  }
  return given;
}

/// The values of a list of ALGORITHM.KEY=VALUE that concern one algorithm.
KeyValues values_for(const std::string& algorithm, const std::vector<std::string>& set) {
  KeyValues values;
  for (const auto& entry : set) {
    const auto dot = entry.find('.'), equals = entry.find('=');
    if (dot == std::string::npos || equals == std::string::npos || equals < dot)
      throw Error(Status::usage, "not of the form ALGORITHM.KEY=VALUE", "--set " + entry,
                  "write e.g. maml.inner-lr=0.01");
    const auto name = entry.substr(0, dot);
    const auto& known = federate::algorithm_names();
    if (std::find(known.begin(), known.end(), name) == known.end())
      throw Error(Status::usage, "unknown algorithm", "--set " + entry, did_you_mean(name, known));
    if (name == algorithm)
      values.emplace_back(entry.substr(dot + 1, equals - dot - 1), entry.substr(equals + 1));
  }
  return values;
}

void resolve_algorithms(Settings& s) {
  const auto& known = federate::algorithm_names();
  if (s.algorithms == std::vector<std::string>{"all"}) s.algorithms = known;
  for (auto a = s.algorithms.begin(); a != s.algorithms.end(); ++a) {
    const std::vector<std::string> later{"reptile", "perfedavg", "mfu", "mru", "nb", "self", "mixed"};
    if (std::find(later.begin(), later.end(), *a) != later.end())
      throw Error(Status::usage, "this algorithm is not supported yet", "--algorithms " + *a,
                  did_you_mean(*a, known));
    if (std::find(known.begin(), known.end(), *a) == known.end())
      throw Error(Status::usage, "unknown algorithm", "--algorithms " + *a, did_you_mean(*a, known));
    if (std::find(s.algorithms.begin(), a, *a) != a)
      throw Error(Status::usage, "an algorithm is named twice", "--algorithms " + *a, "name each once");
  }
}

/// A value as TOML has it: numbers and booleans bare, other text in quotes.
std::string toml_value(const std::string& text) {
  const bool boolean = text == "true" || text == "false";
  char* end = nullptr;
  std::strtod(text.c_str(), &end);
  const bool bare = boolean || (!text.empty() && *end == '\0');
  return bare ? text : '"' + text + '"';
}

/// CLI11 writes a list's default as "a b" or "[a,b]", by its version.
std::string toml_list(std::string text) {
  for (char& c : text)
    if (c == '[' || c == ']' || c == ',') c = ' ';
  std::string list;
  std::istringstream in(text);
  for (std::string item; in >> item;) list += (list.empty() ? "" : ", ") + toml_value(item);
  return "[" + list + "]";
}

/// Name and present value of each option, in the order added; those that are empty are left out.
KeyValues present_values(const CLI::App& app) {
  KeyValues values;
  for (const auto* o :
       app.get_options([](const CLI::Option* option) { return option->get_configurable(); })) {
    const auto text =
        o->get_expected_max() == 0 ? std::string(o->as<bool>() ? "true" : "false") : o->get_default_str();
    const auto value = o->get_expected_max() > 1 ? toml_list(text) : text;
    if (!value.empty() && value != "[]") values.emplace_back(o->get_single_name(), value);
  }
  return values;
}

KeyValues hyperparameters(federate::Protocol protocol) {
  CLI::App app;
  app.set_help_flag();
  add_hyperparameters(app, protocol);
  return present_values(app);
}

}  // namespace

Settings parse_settings(int argc, const char* const* argv) {
  const auto wanted = find_profile(argc, argv);
  Settings s = profile_settings(wanted.profile, wanted.dataset);
  CLI::App app(
      "Benchmark of federated meta-learning over MPI. With no arguments: a quick comparison on generated "
      "data.",
      "fedmeta_bench");
  add_commands(app, s);
  add_all(app, s);
  parse(app, argc, argv);
  resolve_algorithms(s);
  const auto given = given_hyperparameters(app);
  for (const auto& algorithm : s.algorithms) {
    auto protocol = profile_settings(s.profile, s.dataset).protocol;
    protocol.algorithm = algorithm;
    apply(protocol, values_for(algorithm, s.profile_set), "profile");
    apply(protocol, given, "");
    apply(protocol, values_for(algorithm, s.set), "--set " + algorithm);
    s.protocols.push_back(protocol);
  }
  check_settings(s);
  return s;
}

std::string settings_toml(const Settings& settings) {
  Settings s = settings;
  // What differs between algorithms is written as `set`; the rest once for all.
  s.protocol = s.protocols.front();
  s.set.clear();
  const auto shared = hyperparameters(s.protocol);
  for (const auto& protocol : s.protocols) {
    const auto own = hyperparameters(protocol);
    for (std::size_t i = 0; i < own.size(); ++i)
      if (own[i] != shared[i]) s.set.push_back(protocol.algorithm + "." + own[i].first + "=" + own[i].second);
  }
  CLI::App app;
  app.set_help_flag();
  add_all(app, s);
  std::string toml;
  for (const auto& [name, text] : present_values(app))
    toml += name + " = " + (text.front() == '[' ? text : toml_value(text)) + "\n";
  return toml;
}

std::vector<std::pair<std::string, record::AttributeValue>> run_attributes(
    const Settings& settings, const federate::Protocol& protocol) {
  std::vector<std::pair<std::string, record::AttributeValue>> attributes;
  for (auto [name, value] : hyperparameters(protocol)) {
    const bool real = name.ends_with("-lr") || name.ends_with("-momentum");
    const bool whole = !real && value.find_first_not_of("0123456789") == std::string::npos;
    std::replace(name.begin(), name.end(), '-', '_');
    if (real)
      attributes.emplace_back(name, std::stod(value));
    else if (whole)
      attributes.emplace_back(name, static_cast<std::int64_t>(std::stoll(value)));
    else
      attributes.emplace_back(name, value);
  }
  attributes.emplace_back("init", settings.init);
  attributes.emplace_back("model", settings.model == "auto" ? "cnn" : settings.model);
  attributes.emplace_back("support_fraction", settings.support_fraction);
  attributes.emplace_back("division", settings.division);
  attributes.emplace_back("data_seed", settings.data_seed);
  attributes.emplace_back("eval_every", settings.eval_every);
  attributes.emplace_back("eval_on", settings.eval_on);
  attributes.emplace_back("target_accuracy", settings.target_accuracy);
  attributes.emplace_back("precision", settings.precision);
  attributes.emplace_back("reduction", settings.reduction);
  attributes.emplace_back("placement", settings.placement);
  attributes.emplace_back("profile", settings.profile);
  attributes.emplace_back("scale", settings.scale);
  return attributes;
}

}  // namespace fedmeta::app

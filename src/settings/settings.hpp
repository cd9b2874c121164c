// The settings of fedmeta_bench: one field for each option, and what they resolve to.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "algorithms/method.hpp"
#include "federate/run_plan.hpp"
#include "hosting/loading.hpp"
#include "model/network.hpp"
#include "record/results.hpp"

namespace fedmeta::settings {

/// Fields are named as their options and keys; defaults are those of the profile "tuned" without its rates.
struct Settings {
  // What to do
  std::string config;
  std::string profile = "quick";
  bool print_config = false;
  bool dry_run = false;
  double scale = 1;

  // Data
  data::DatasetPlan source;
  std::string data;
  bool allow_partial = false;
  data::Filters filters{10, 0, 0};
  data::Roles roles;                    ///< shares alone
  std::string client_split = "random";  ///< or sorted
  double support_fraction = 0.2;
  std::string division = "random";
  std::int64_t data_seed = 42;
  std::vector<std::int64_t> seeds{1};

  // Model and algorithms
  std::string model = "auto";
  model::NetworkOptions network = model::initial_network_options();
  std::string init = "tf";
  std::vector<std::string> algorithms;
  std::vector<std::string> set;  ///< ALGORITHM.KEY=VALUE

  // Evaluation
  std::int64_t eval_every = 20;
  std::string eval_on = "test";
  std::int64_t eval_clients = 0;
  double target_accuracy = 0.74;

  // Machine
  std::string device = "auto";
  int threads = 0;
  std::string precision = "fp32";
  std::string engine = "auto";
  std::string reduction = "native";
  std::string placement = "balanced";

  // Output
  std::string output;
  bool force = false;
  std::int64_t checkpoint_every = 0;
  bool resume = false;
  bool save_model = false;
  bool save_division = false;
  std::string progress = "auto";

  /// What --scale leaves alone: names of options whose value stands where `scale` does, or takes precedence
  /// over that place (the command line over the file); ALGORITHM.KEY where it is one algorithm's.
  std::set<std::string> given;

  // Resolved from the above
  /// All methods, with what is said to all of them.
  std::vector<algorithms::Method> shared = algorithms::all_methods();
  /// Those of `algorithms`, with what is said to one alone, too.
  std::vector<algorithms::Method> methods;
};

/// The presets of a profile for a data set. Throws Error(usage) for an unknown profile.
Settings profile_settings(const std::string& profile, const std::string& dataset);

/// Command line over --config file over --profile over defaults; then checked. Throws Error(usage); throws
/// HelpWanted for --help and --version.
Settings parse_settings(int argc, const char* const* argv);

/// The network's name: `model`, or what `auto` means for the data set.
std::string model_name(const Settings& settings);

/// --help or --version: text for standard output, status 0.
struct HelpWanted {
  std::string text;
};

/// The resolved settings as a TOML file that --config reads back to the same.
std::string settings_toml(const Settings& settings);

/// Refuses what cannot be, and what later versions will bring. Throws Error(usage).
void check_settings(const Settings& settings);

/// The same with --scale carried out on what is not `given`: clients, samples, clients per round and numbers
/// of steps, each at least 1.
Settings scaled(Settings settings);

/// Every hyper-parameter of a run as attributes of the results file: option names with _ for -, each with its
/// option's type. Those that the method does not read are there, too, as they are said to all.
std::vector<std::pair<std::string, record::AttributeValue>> run_attributes(const Settings& settings,
                                                                           algorithms::Method method);

/// The network that the settings ask for, for samples of this form; `vectors` are frozen word vectors or
/// undefined.
model::ModelPlan model_plan(const Settings& settings, const data::SampleForm& form, at::Tensor vectors);

/// What the data part of the settings asks of loading.
hosting::DataPlan data_plan(const Settings& settings);

/// What the settings say of a run with this seed.
federate::RunPlan run_plan(const Settings& settings, std::int64_t seed);

}  // namespace fedmeta::settings

// The settings of fedmeta_bench: one field per option, and the values derived from them.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "algorithms/method.hpp"
#include "base/log_level.hpp"
#include "federate/run_plan.hpp"
#include "hosting/loading.hpp"
#include "model/network.hpp"
#include "record/results.hpp"

namespace fedmeta::settings {

/// Fields have the names of their options and keys. Defaults are those of the profile "tuned", without its
/// rates.
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
  data::Roles roles;                    ///< only the shares
  std::string client_split = "random";  ///< or sorted
  double support_fraction = 0.2;
  std::string division = "random";
  std::int64_t data_seed = 42;
  std::vector<std::int64_t> seeds{1};

  // Model and algorithms
  std::string model = "auto";
  model::NetworkOptions network = model::initial_network_options();
  std::string init = "tf";
  std::string start_from;  ///< FILE.h5:ALGORITHM[/seedK] (settings/start_from.hpp)
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
  std::string cuda_graphs = "on";
  std::string reduction = "native";
  std::string placement = "balanced";

  // Output
  std::string output;
  bool force = false;
  std::string checkpoint_every = "10min";
  bool resume = false;
  bool save_model = false;
  bool save_division = false;
  std::string progress = "auto";
  std::string stall_warning = "60s";
  std::string trace;
  LogLevel log_level = LogLevel::warning;

  /// Options that --scale leaves alone: those given in the same place as `scale`, or in one that takes
  /// precedence over it (the command line over the file). ALGORITHM.KEY for an option of one algorithm.
  std::set<std::string> given;

  // Derived from the above
  /// All methods, with the settings given for all of them.
  std::vector<algorithms::Method> shared = algorithms::all_methods();
  /// The methods in `algorithms`, also with the settings given for one of them.
  std::vector<algorithms::Method> methods;
};

/// Returns a profile's presets for a data set. Throws Error(usage) for an unknown profile.
Settings profile_settings(const std::string& profile, const std::string& dataset);

/// Returns the checked settings. The command line takes precedence over the --config file, the file over
/// --profile, and the profile over the defaults. Throws Error(usage), and HelpWanted for --help and
/// --version.
Settings parse_settings(int argc, const char* const* argv);

/// Returns the network's name: `model`, or the data set's network for `auto`.
std::string model_name(const Settings& settings);

/// Thrown for --help and --version: text for standard output, status 0.
struct HelpWanted {
  std::string text;
};

/// Returns the resolved settings as TOML, from which --config reads the same settings.
std::string settings_toml(const Settings& settings);

/// Throws Error(usage) for impossible settings.
void check_settings(const Settings& settings);

/// Returns the settings with --scale applied to whatever is not `given`: clients, samples, clients per round
/// and numbers of steps, each at least 1.
Settings scaled(Settings settings);

/// Every hyper-parameter that the method reads and every variant of the data set, as attributes of the
/// results file: option names with _ for -, each with its option's type.
std::vector<std::pair<std::string, record::AttributeValue>> run_attributes(const Settings& settings,
                                                                           algorithms::Method method);

/// Returns the plan of the network for samples of this form. `vectors` are frozen word vectors or undefined.
model::ModelPlan model_plan(const Settings& settings, const data::SampleForm& form, at::Tensor vectors);

/// Returns the plan for loading the data.
hosting::DataPlan data_plan(const Settings& settings);

/// Returns the plan of a run with this seed.
federate::RunPlan run_plan(const Settings& settings, std::int64_t seed);

}  // namespace fedmeta::settings

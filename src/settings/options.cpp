// The rows of all options except hyper-parameters.

#include "settings/options.hpp"

#include <algorithm>
#include <map>

#include "algorithms/option_groups.hpp"
#include "base/joined.hpp"
#include "data/registry.hpp"
#include "settings/profiles.hpp"

template <>
inline constexpr std::array<const char*, 4> fedmeta::options::words<fedmeta::LogLevel>{"error", "warning",
                                                                                       "info", "debug"};

namespace fedmeta::settings {
namespace {

/// Returns a text such as "fedsgd,fedavg or all; production also mixed,self".
std::string algorithms_help() {
  std::vector<std::string> for_all;
  std::map<std::string, std::vector<std::string>> for_one;  // by data set
  for (const auto& algorithm : algorithms::descriptors())
    (algorithm.dataset.empty() ? for_all : for_one[algorithm.dataset]).push_back(algorithm.name);
  auto text = joined(for_all, ",") + " or all";
  for (const auto& [dataset, names] : for_one) text += "; " + dataset + " also " + joined(names, ",");
  return text;
}

Words networks() {
  auto words = model::network_names();
  words.insert(words.begin(), "auto");
  return words;
}

/// Adds the row of an option that some networks read; its value is among `values`.
void add_row(OptionGroup& group, const model::NetworkOption& option, model::NetworkOptions& values) {
  std::visit([&](auto& value) { group.row(option.name, value, option.accepted, option.help); },
             values.at(option.name));
}

OptionGroup general(Settings& s) {
  OptionGroup group{"General", {}};
  group.row("profile", s.profile, {}, "Preset of everything below: " + joined(profile_names(), "|"))
      .recorded();
  group
      .row("scale", s.scale, options::scale_factor,
           "Clients, samples, clients per round and local steps times this")
      .recorded();
  group.row("algorithms", s.algorithms, {}, algorithms_help());
  group.row("set", s.set, {}, "ALGORITHM.KEY=VALUE: a value for one algorithm alone; may be repeated")
      .repeated();
  group.row("model", s.model, networks(), "Network").recorded();
  for (const auto& option : model::network_options()) add_row(group, option, s.network);
  group.row("init", s.init, Words{"tf", "torch"}, "Initial parameters as TensorFlow's or PyTorch's")
      .recorded();
  group.row("start-from", s.start_from, {},
            "FILE.h5:ALGORITHM[/seedK]: start from a model saved by --save-model, of the same seed or of K");
  group.row("seeds", s.seeds, options::any_seed, "Initialisation and sampling; one run for each");
  return group;
}

/// Returns " (X has sizes of its own)", or "" if no data set's stand-in has.
std::string with_own_sizes() {
  Words names;
  for (const auto& dataset : data::datasets())
    if (dataset.stand_in && dataset.stand_in->own_samples) names.push_back(dataset.name);
  if (names.empty()) return "";
  const std::string has = names.size() == 1 ? " has" : " have";
  return " (" + data::either_of(names) + has + " sizes of its own)";
}

OptionGroup clients(Settings& s) {
  OptionGroup group{"Data", {}};
  group.row("dataset", s.source.dataset, data::dataset_names(), "Data set");
  group.row("data", s.data, {}, "LEAF folder or JSON file, raw text, or log; absent: a generated stand-in");
  group.row("allow-partial", s.allow_partial, {}, "Go on where files that look like data are not read");
  group
      .row("min-samples", s.filters.min_samples, options::not_negative,
           "Drop clients with fewer, at least 2; 0 = no bound")
      .scaled(2);
  group
      .row("max-samples", s.filters.max_samples, options::not_negative,
           "Drop clients with more; 0 = no bound")
      .scaled(2);
  group
      .row("max-clients", s.filters.max_clients, options::not_negative,
           "Keep so many, drawn at random; 0 = all")
      .scaled();
  group
      .row("support-fraction", s.support_fraction, options::fraction,
           "Share of a client's samples to adapt on")
      .recorded();
  group
      .row("division", s.division, Words{"random", "stratified", "chronological", "recent"},
           "How support and query set are drawn")
      .recorded();
  group.row("train-share", s.roles.train, options::fraction, "Share of the clients that train");
  group.row("validation-share", s.roles.validation, options::fraction,
            "Share to validate on; the rest are test clients");
  group.row("client-split", s.client_split, Words{"random", "sorted"},
            "Roles by lot, or by the order of ids: the first ones train");
  group.row("data-seed", s.data_seed, options::any_seed, "Roles of clients, divisions and generated data")
      .recorded();
  group
      .row("generated-clients", s.source.generated.clients, options::positive,
           "Clients of the stand-in (used without --data)")
      .scaled();
  group
      .row("generated-samples", s.source.generated.mean_samples, options::not_negative,
           "Their samples, mean" + with_own_sizes())
      .scaled(s.source.generated.min_samples);
  group
      .row("generated-deviation", s.source.generated.deviation_samples, options::not_negative,
           "Their samples, standard deviation")
      .scaled(0);
  group.row("generated-least", s.source.generated.min_samples, options::positive, "Their samples, at least");
  return group;
}

OptionGroup variants(data::DatasetPlan& source) {
  OptionGroup group{"Variants of data sets", {}};
  for (const auto& dataset : data::datasets())
    for (const auto& option : dataset.options)
      std::visit(
          [&](auto& value) {
            group.row(option.name, value, option.accepted, dataset.name + ": " + option.help);
          },
          source.options.at(option.name));
  return group;
}

OptionGroup evaluation(Settings& s) {
  OptionGroup group{"Evaluation", {}};
  group
      .row("eval-every", s.eval_every, options::not_negative,
           "Rounds between evaluations, from before the first on; 0 = after the last only")
      .recorded();
  group
      .row("eval-on", s.eval_on, Words{"test", "validation", "both", "train", "all"},
           "Clients to evaluate on: both = test and validation, train = those seen in training")
      .recorded();
  group
      .row("eval-clients", s.eval_clients, options::not_negative,
           "So many of them, drawn at random each time but the last; 0 = all")
      .recorded();
  group
      .row("target-accuracy", s.target_accuracy, options::fraction,
           "Accuracy whose cost is reported; 0 = none")
      .recorded();
  return group;
}

OptionGroup machine(Settings& s) {
  OptionGroup group{"Machine", {}};
  group.row("device", s.device, Words{"auto", "cpu", "cuda"}, "auto = the rank's own GPU where there is one");
  group.row("threads", s.threads, options::thread_count,
            "Threads of a rank; 0 = cores of the node / ranks on it");
  group.row("precision", s.precision, Words{"fp32", "tf32", "bf16"}, "Of matrix products; tf32 on GPUs alone")
      .recorded();
  group
      .row("engine", s.engine, Words{"auto", "autograd", "derived", "batched"},
           "How derivatives are computed: by any network's autograd, by passes derived by hand a client at a "
           "time, by these for many clients at once; auto = the fastest for network, device and precision")
      .recorded();
  group.row("cuda-graphs", s.cuda_graphs, Words{"on", "off"},
            "On a GPU, record work and launch it as a whole; the same numbers either way");
  group
      .row("reduction", s.reduction, Words{"native", "reproducible"},
           "Sums of floats, or the same bits for any number of ranks")
      .recorded();
  group
      .row("placement", s.placement, Words{"home", "balanced"},
           "Clients where they are hosted, or spread over the node's ranks by cost")
      .recorded();
  return group;
}

OptionGroup files(Settings& s) {
  OptionGroup group{"Output", {}};
  group.row("output", s.output, {}, "Results file; absent: runs/DATASET-TIME.h5");
  group.row("force", s.force, {}, "Overwrite an existing results file");
  group.row("checkpoint-every", s.checkpoint_every, {},
            "Rounds, or minutes as in 10min, between checkpoints; 0 = none but where a signal ends the run");
  group.row("resume", s.resume, {}, "Go on from the checkpoint of --output, or begin where there is none");
  group.row("save-model", s.save_model, {}, "Initial and final parameters go into the results file");
  group.row("save-division", s.save_division, {}, "Every client's division goes into the results file");
  group.row("progress", s.progress, Words{"auto", "plain", "off"},
            "auto = a bar on a terminal, else a line per evaluation");
  group.row("stall-warning", s.stall_warning, {},
            "Name the rank that the others have waited for so long, as in 60s or 5min; 0 = never");
  group.row("trace", s.trace, {},
            "What every rank is at and when, in Chrome's trace format, goes into this file");
  group.row(
      "log-level", s.log_level,
      "What is said on standard error; info = the times of a run's parts, debug = all that ranks begin");
  return group;
}

OptionTable before_hyperparameters(Settings& s) {
  return {general(s), clients(s), variants(s.source)};
}

OptionTable after_hyperparameters(Settings& s) {
  return {evaluation(s), machine(s), files(s)};
}

OptionTable with(OptionTable table, const OptionTable& more) {
  table.insert(table.end(), more.begin(), more.end());
  return table;
}

/// Names the methods that read a group in its title, unless all methods with rounds do.
void name_readers(OptionTable& table) {
  for (auto& group : table) {
    std::string names;
    bool all = true;
    for (const auto& algorithm : algorithms::descriptors()) {
      const bool reads = std::ranges::find(group.readers, algorithm.name) != group.readers.end();
      all = all && (reads || algorithm.course != algorithms::Course::rounds);
      if (reads) names += (names.empty() ? "" : ", ") + algorithm.name;
    }
    if (!all) group.title.insert(std::min(group.title.find(';'), group.title.size()), " (" + names + ")");
  }
}

}  // namespace

OptionTable hyperparameters(Settings& s) {
  auto table = algorithms::shared_groups();
  for (auto& method : s.shared) options::join(table, method.rows());
  // Goes backwards, so that the values of the first method that runs are taken last.
  for (auto name = s.algorithms.rbegin(); name != s.algorithms.rend(); ++name) {
    const auto method = std::ranges::find(s.shared, *name, &algorithms::Method::name);
    if (method == s.shared.end()) continue;
    const auto own = method->rows();
    for (auto& group : table)
      for (auto& row : group.rows)
        if (const auto* chosen = options::find(own, row.name)) row.value = chosen->value;
  }
  name_readers(table);
  return table;
}

OptionTable other_options(Settings& s) {
  return with(before_hyperparameters(s), after_hyperparameters(s));
}

OptionTable all_options(Settings& s) {
  return with(with(before_hyperparameters(s), hyperparameters(s)), after_hyperparameters(s));
}

}  // namespace fedmeta::settings

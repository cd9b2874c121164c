// The rows of all options but hyper-parameters.

#include "settings/options.hpp"

#include "data/registry.hpp"
#include "settings/profiles.hpp"

namespace fedmeta::settings {
namespace {

std::string joined_profiles() {
  std::string names;
  for (const auto& name : profile_names()) names += (names.empty() ? "" : "|") + name;
  return names;
}

OptionGroup general(Settings& s) {
  OptionGroup group{"General", {}};
  group.row("profile", s.profile, {}, "Preset of everything below: " + joined_profiles()).recorded();
  group
      .row("scale", s.scale, options::scale_factor,
           "Clients, samples, clients per round and local steps times this")
      .recorded();
  group.row("algorithms", s.algorithms, {},
            "fedsgd,fedavg,fedavg-meta,fomaml,maml,meta-sgd,reptile,perfedavg or all; production also "
            "mixed,self,mfu,mru,nb");
  group.row("set", s.set, {}, "ALGORITHM.KEY=VALUE: a value for one algorithm alone; may be repeated")
      .repeated();
  group
      .row("model", s.model,
           Words{"auto", "cnn", "tff-cnn-dropout", "tff-cnn", "fedlab-cnn", "lstm", "lr", "nn", "nn-unified"},
           "Network")
      .recorded();
  group.row("head", s.head, options::not_negative,
            "Units of a linear layer before the last (lstm); 0 = none");
  group.row("lstm-bias", s.lstm_bias, Words{"tf", "torch"},
            "One bias a layer as TensorFlow's, or two as PyTorch's");
  group.row("activation", s.activation, Words{"relu", "tanh"}, "Of the hidden layer (nn, nn-unified)");
  group.row("init", s.init, Words{"tf", "torch"}, "Initial parameters as TensorFlow's or PyTorch's")
      .recorded();
  group.row("seeds", s.seeds, options::any_seed, "Initialisation and sampling; one run for each");
  return group;
}

/// " (X has sizes of its own)", where a data set has.
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
           "Rounds between evaluations; 0 = after the last only")
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
  group.row("save-model", s.save_model, {}, "Initial and final parameters go into the results file");
  group.row("save-division", s.save_division, {}, "Every client's division goes into the results file");
  group.row("progress", s.progress, Words{"auto", "plain", "off"},
            "auto = a bar on a terminal, else a line per evaluation");
  return group;
}

OptionGroup unsupported(Settings& s) {
  OptionGroup group{"Not supported yet", {}};
  group.row("checkpoint-every", s.checkpoint_every, options::not_negative,
            "Rounds between checkpoints; 0 = never");
  group.row("resume", s.resume, {}, "Go on from a checkpoint");
  return group;
}

}  // namespace

OptionTable all_options(Settings& s) {
  OptionTable table{general(s), clients(s), variants(s.source)};
  for (auto& group : hyperparameters(s.protocol)) table.push_back(std::move(group));
  for (auto& group : {evaluation(s), machine(s), files(s), unsupported(s)}) table.push_back(group);
  return table;
}

}  // namespace fedmeta::settings

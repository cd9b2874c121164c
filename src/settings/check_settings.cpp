// Which settings can be combined.

#include <set>

#include "base/error.hpp"
#include "data/registry.hpp"
#include "settings/options.hpp"
#include "settings/periods.hpp"
#include "settings/start_from.hpp"

namespace fedmeta::settings {
namespace {

void refuse(bool condition, const std::string& what, const std::string& where, const std::string& remedy) {
  if (condition) throw Error(Status::usage, what, where, remedy);
}

/// The files that a run writes, each with the option that names it.
std::vector<std::pair<std::string, std::string>> written(const Settings& s) {
  std::vector<std::pair<std::string, std::string>> files;
  if (!s.output.empty())
    for (const char* ending : {"", ".part", ".ckpt", ".lock"})
      files.emplace_back("output", s.output + ending);
  if (!s.trace.empty()) files.emplace_back("trace", s.trace);
  return files;
}

/// Refuses an output that would destroy an input.
void refuse_inputs(const Settings& settings) {
  const auto refuse_input = [&](const std::filesystem::path& path, const std::string& option) {
    std::error_code ignored;
    if (path.empty()) return;
    for (const auto& [output, file] : written(settings))
      refuse(std::filesystem::equivalent(path, file, ignored), "the output is an input",
             "--" + output + " " + file + " and --" + option + " " + path.string(),
             "choose another --" + output);
  };
  Settings s = settings;
  refuse_input(s.data, "data");
  if (const auto from = start_from(s)) refuse_input(from->file, "start-from");
  for_each(other_options(s), [&](const OptionRow& row) {
    if (const auto* path = std::get_if<std::filesystem::path*>(&row.value)) refuse_input(**path, row.name);
  });
}

void refuse_elsewhere(const Settings& s) {
  for (const auto& method : s.methods) {
    const auto& only = method.descriptor().dataset;
    refuse(!only.empty() && s.source.dataset != only, "this method is one of the " + only + " task",
           "--algorithms " + method.name(), "use --dataset " + only + ", or leave it out");
    refuse(method.options().needs_order_of_time() && s.division != "recent" && s.division != "chronological",
           "this method needs the order of time",
           "--algorithms " + method.name() + " with --division " + s.division,
           "use --division recent or chronological, or leave " + method.name() + " out");
  }
}

}  // namespace

void check_settings(const Settings& s) {
  checkpoint_period(s);
  stall_limit(s);
  start_from(s);
  refuse(s.resume && s.output.empty(), "a run that goes on needs the name of its results file", "--resume",
         "give --output FILE.h5, as the run was begun with");
  refuse(!s.trace.empty() && s.trace == s.output, "two outputs have one name", "--trace " + s.trace,
         "choose another --trace");
  refuse_inputs(s);
  refuse(s.algorithms.empty(), "no algorithm", "--algorithms", "name at least one");
  refuse_elsewhere(s);
  refuse(s.data.empty() && !data::dataset_named(s.source.dataset).stand_in, "this data set has no stand-in",
         "--dataset " + s.source.dataset, "give --data PATH");
  const std::set<std::int64_t> distinct(s.seeds.begin(), s.seeds.end());
  refuse(distinct.size() != s.seeds.size(), "a seed is named twice", "--seeds", "name each once");
  // Settings of methods that do not run must be valid, too.
  for (const auto* methods : {&s.methods, &s.shared})
    for (const auto& method : *methods) method.options().check();
  refuse(s.seeds.empty(), "no seed", "--seeds", "give at least one");
  refuse(s.support_fraction <= 0 || s.support_fraction >= 1, "a support set and a query set need samples",
         "--support-fraction " + std::to_string(s.support_fraction), "use a number between 0 and 1");
  refuse(s.filters.max_samples > 0 && s.filters.max_samples < s.filters.min_samples,
         "no client can have so many samples", "--max-samples " + std::to_string(s.filters.max_samples),
         "use at least --min-samples");
  for (const auto& method : s.methods) {
    const auto clients = algorithms::largest_cohort(method.make_run());
    refuse(s.reduction == "reproducible" && clients > 4096, "a reproducible sum takes at most 4096 clients",
           "--clients-per-round " + std::to_string(clients), "use fewer or --reduction native");
  }
}

}  // namespace fedmeta::settings

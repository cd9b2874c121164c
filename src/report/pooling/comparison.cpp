#include "report/pooling/comparison.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "algorithms/descriptor.hpp"
#include "base/error.hpp"
#include "base/joined.hpp"
#include "record/fingerprint.hpp"
#include "report/output/text_sinks.hpp"
#include "report/pooling/copies.hpp"
#include "report/pooling/method_names.hpp"
#include "report/pooling/selection.hpp"

namespace fedmeta::report {
namespace {

Comparison& comparison_for(std::vector<Comparison>& all, const Setting& setting, const Choices& choices) {
  for (Comparison& comparison : all)
    if (comparison.setting == setting) return comparison;
  all.push_back({setting, "", "", "test", choices, {}, {}});
  return all.back();
}

Method& method_for(Comparison& comparison, const record::RunHeader& header) {
  for (Method& method : comparison.methods)
    if (same_method(header_of(method), header, comparison.setting.dataset)) return method;
  comparison.methods.push_back({.algorithm = header.algorithm});
  return comparison.methods.back();
}

bool is_complete(const Member& member, const Choices& choices) {
  return member.run->status == "complete" || (choices.with_invalid && member.run->status == "invalid");
}

std::pair<std::int64_t, std::int64_t> seeds_of(const Member& member) {
  return {member.run->header.seed, member.source->results.data.data_seed};
}

/// With its data seed where several are pooled.
std::string name_of(const Method& method, const Member& member, const Comparison& comparison) {
  const auto [seed, data_seed] = seeds_of(member);
  return method.name + " seed " + std::to_string(seed) +
         (comparison.choices.pool_data_seeds ? ", data seed " + std::to_string(data_seed) : "");
}

/// Puts aside the runs that are there already, from another copy of their file.
std::vector<Member> without_copies(Method& method, const std::vector<Member>& runs) {
  std::vector<Member> once;
  for (const Member& run : runs) {
    const auto of = std::ranges::find_if(once, [&](const Member& other) { return is_copy(run, other); });
    if (of == once.end())
      once.push_back(run);
    else
      method.copies.push_back({run, *of});
  }
  return once;
}

/// Complete runs first, in the order in which they were given: the first of a seed is the one that counts.
void sort_members(Method& method, const std::vector<Member>& runs, const Choices& choices) {
  const auto once = without_copies(method, runs);
  std::set<std::pair<std::int64_t, std::int64_t>> seen;
  for (const bool complete : {true, false})
    for (const Member& run : once) {
      if (is_complete(run, choices) != complete) continue;
      if (seen.insert(seeds_of(run)).second)
        (complete ? method.members : method.incomplete).push_back(run);
      else
        (complete ? method.repeats : method.leftovers).push_back(run);
    }
  const auto by_seed = [](const Member& a, const Member& b) { return seeds_of(a) < seeds_of(b); };
  for (auto* members : {&method.members, &method.incomplete, &method.repeats, &method.leftovers})
    std::stable_sort(members->begin(), members->end(), by_seed);
}

void sort(Comparison& comparison) {
  const auto place = [](const Method& method) {
    return std::pair(method_rank(method.algorithm), method.algorithm);
  };
  std::stable_sort(comparison.methods.begin(), comparison.methods.end(),
                   [&](const Method& a, const Method& b) { return place(a) < place(b); });
  for (Method& method : comparison.methods) {
    const auto runs = std::move(method.members);
    method.members.clear();
    sort_members(method, runs, comparison.choices);
  }
}

std::string choose_split(const Comparison& comparison) {
  for (const char* split : splits)
    for (const Method& method : comparison.methods)
      for (const Member& member : all_seeds(method))
        if (last_evaluation(member, split)) return split;
  return "test";
}

std::string name_of(const Setting& setting) {
  return setting.dataset + "-" + setting.source + "-" +
         std::to_string(std::lround(100 * setting.support_fraction));
}

std::string file_of(const Member& member) {
  return member.source->path.filename().string();
}

void note_incomplete(Comparison& comparison, const Method& method) {
  const auto text = [&](const Member& member) {
    return name_of(method, member, comparison) + " is not complete (" + member.run->status +
           "): " + file_of(member);
  };
  for (const Member& member : method.incomplete) comparison.notes.push_back(text(member));
  for (const Member& member : method.leftovers)
    for (const Member& other : all_seeds(method))
      if (seeds_of(other) == seeds_of(member))
        comparison.notes.push_back(text(member) + "; that of " + file_of(other) + " counts");
}

/// One for each pair of files: a copy has all runs of the other.
void note_copies(Comparison& comparison) {
  std::map<std::pair<std::string, std::string>, std::size_t> runs;
  for (const Method& method : comparison.methods)
    for (const Copy& copy : method.copies)
      ++runs[{copy.run.source->path.string(), copy.of.source->path.string()}];
  for (const auto& [files, count] : runs)
    comparison.notes.push_back(fmt::format("{} of {} {} in {}, too, to the last bit: counted once",
                                           count == 1 ? "a run" : fmt::format("{} runs", count), files.first,
                                           count == 1 ? "is" : "are", files.second));
}

/// Of a seed that was run again with another result.
void note_repeats(Comparison& comparison, const Method& method) {
  for (const Member& repeat : method.repeats)
    for (const Member& member : method.members) {
      if (seeds_of(member) != seeds_of(repeat)) continue;
      const auto *first = last_evaluation(member, comparison.split),
                 *again = last_evaluation(repeat, comparison.split);
      if ((first ? first->accuracy : -1) != (again ? again->accuracy : -1))
        comparison.notes.push_back(name_of(method, member, comparison) +
                                   " was run again with another result (" + file_of(repeat) + "); that of " +
                                   file_of(member) + " counts");
    }
}

void note_differences(Comparison& comparison, const Method& method) {
  std::set<std::string> differing;
  for (const Member& member : all_seeds(method))
    for (const auto& name : differences(member.run->header, header_of(method)))
      if (!is_of_the_seed(name) && !is_of_the_setting(name, comparison.setting.dataset))
        differing.insert(name);
  for (const std::string& name : differing)
    comparison.notes.push_back(method.name + ": its seeds differ in " + name);
}

void note_data_seeds(Comparison& comparison) {
  std::set<std::int64_t> seeds;
  for (const Method& method : comparison.methods)
    for (const Member& member : all_seeds(method)) seeds.insert(member.source->results.data.data_seed);
  if (seeds.size() < 2) return;
  std::vector<std::string> texts;
  for (const auto seed : seeds) texts.push_back(std::to_string(seed));
  comparison.notes.push_back("runs of the data seeds " + joined(texts, ", ") +
                             " are pooled: their clients differ in roles and divisions");
}

bool is_called(const Method& method, const std::string& name) {
  return method.name == name || method.algorithm == name;
}

void check_baseline(const std::vector<Comparison>& all, const Choices& choices) {
  if (!choices.baseline) return;
  std::vector<std::string> names;
  for (const Comparison& comparison : all)
    for (const Method& method : comparison.methods) {
      if (is_called(method, *choices.baseline)) return;
      if (std::find(names.begin(), names.end(), method.name) == names.end()) names.push_back(method.name);
    }
  throw Error(Status::usage, "no method is called " + *choices.baseline, "--baseline",
              "use one of " + joined(names, ", "));
}

}  // namespace

std::size_t method_rank(const std::string& algorithm) {
  const auto* known = algorithms::find_descriptor(algorithm);
  return known ? static_cast<std::size_t>(known->place) : std::numeric_limits<std::size_t>::max();
}

std::vector<Comparison> compare(const std::vector<Source>& sources, const Choices& choices) {
  std::vector<Comparison> all;
  for (const Source& source : sources) {
    const auto fingerprint = record::fingerprint(source.results.data);
    for (const record::Run& run : source.results.runs) {
      const auto setting = setting_of(run, source.results, fingerprint, choices.pool_data_seeds);
      method_for(comparison_for(all, setting, choices), run.header).members.push_back({&run, &source});
    }
  }
  std::vector<Setting> settings;
  for (const Comparison& comparison : all) settings.push_back(comparison.setting);
  const auto title = titles(settings);
  FileNames names;
  for (std::size_t c = 0; c < all.size(); ++c) {
    Comparison& comparison = all[c];
    sort(comparison);
    comparison.split = choose_split(comparison);
    comparison.title = title[c];
    comparison.name = names.unique(name_of(comparison.setting));
    if (choices.select) select_rates(comparison);
    name_methods(comparison.methods, comparison.setting.dataset);
    note_data_seeds(comparison);
    note_copies(comparison);
    for (const Method& method : comparison.methods) {
      note_incomplete(comparison, method);
      note_repeats(comparison, method);
      note_differences(comparison, method);
    }
  }
  check_baseline(all, choices);
  if (choices.select) check_selection(all);
  return all;
}

const Method* baseline_of(const Comparison& comparison, const Method& method) {
  const auto name = comparison.choices.baseline.value_or(algorithms::yardstick);
  std::vector<const Method*> called;
  for (const Method& other : comparison.methods)
    if (is_called(other, name)) called.push_back(&other);
  if (comparison.choices.baseline && called.size() == 1) return called.front();
  std::erase_if(called, [&](const Method* other) {
    return !shares_options(header_of(*other), header_of(method), comparison.setting.dataset);
  });
  return called.size() == 1 ? called.front() : nullptr;
}

const Member* showing(const Method& method, const Member& member,
                      const std::function<bool(const Member&)>& has) {
  if (has(member)) return &member;
  for (const Member& repeat : method.repeats)
    if (seeds_of(repeat) == seeds_of(member) && has(repeat)) return &repeat;
  return nullptr;
}

std::vector<Member> all_seeds(const Method& method) {
  auto all = method.members;
  all.insert(all.end(), method.incomplete.begin(), method.incomplete.end());
  return all;
}

std::vector<Method> parts(const Method& method) {
  std::vector<Method> all;
  if (!method.members.empty()) all.push_back(method);
  const auto add = [&](const Member& member, const std::string& more) {
    all.push_back({.algorithm = method.algorithm,
                   .members = {member},
                   .name = method.name + ", seed " + std::to_string(member.run->header.seed) + more});
  };
  for (const Member& member : method.incomplete) add(member, "");
  for (const Member& member : method.leftovers) add(member, " (" + file_of(member) + ")");
  return all;
}

const cost::EvaluationRow* last_evaluation(const Member& member, const std::string& split) {
  const auto& rows = member.run->evaluations;
  const auto last =
      std::find_if(rows.rbegin(), rows.rend(), [&](const auto& row) { return row.split == split; });
  return last == rows.rend() ? nullptr : &*last;
}

const std::vector<Measure>& evaluation_measures() {
  using Row = cost::EvaluationRow;
  static const std::vector<Measure> all{
      {"accuracy", &Row::accuracy, "accuracy"},
      {"accuracy_client_mean", &Row::accuracy_client_mean, "accuracy, mean over clients"},
      {"initial_accuracy", &Row::initial_accuracy, "accuracy before adaptation"},
      {"initial_accuracy_client_mean", &Row::initial_accuracy_client_mean,
       "accuracy before adaptation, mean over clients"},
      {"accuracy_top4", &Row::accuracy_top4, "Top 4 accuracy"},
      {"loss", &Row::loss, "loss"},
      {"initial_loss", &Row::initial_loss, "loss before adaptation"}};
  return all;
}

const Measure* find_measure(const std::string& name) {
  const auto& all = evaluation_measures();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Measure& measure) { return name == measure.name; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace fedmeta::report

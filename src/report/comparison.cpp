#include "report/comparison.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <set>

#include "algorithms/descriptor.hpp"
#include "base/error.hpp"
#include "report/method_names.hpp"
#include "report/text_sinks.hpp"

namespace fedmeta::report {
namespace {

std::optional<double> target_of(const record::Run& run) {
  if (run.target) return run.target->accuracy;
  for (const auto& [name, value] : run.header.hyperparameters) {
    const double* target = name == "target_accuracy" ? std::get_if<double>(&value) : nullptr;
    if (target && *target > 0 && *target <= 1) return *target;
  }
  return std::nullopt;
}

/// Returns the target of a run. A run without one shares that of the other runs in its file.
std::optional<double> target_of(const record::Run& run, const record::Results& file) {
  if (const auto own = target_of(run)) return own;
  for (const record::Run& other : file.runs)
    if (const auto target = target_of(other)) return target;
  return std::nullopt;
}

Comparison& comparison_for(std::vector<Comparison>& all, const Setting& setting) {
  for (Comparison& comparison : all)
    if (comparison.setting == setting) return comparison;
  all.push_back({setting, "", "test", {}, {}});
  return all.back();
}

Method& method_for(Comparison& comparison, const record::RunHeader& header) {
  for (Method& method : comparison.methods)
    if (same_method(header_of(method), header)) return method;
  comparison.methods.push_back({header.algorithm, {}});
  return comparison.methods.back();
}

void add(Method& method, const Member& member) {
  for (const Member& other : method.members)
    if (other.run->header.seed == member.run->header.seed)
      throw Error(
          Status::usage,
          "the same run twice: " + method.algorithm + " seed " + std::to_string(member.run->header.seed),
          other.source->path.string() + " and " + member.source->path.string(),
          "leave one file out, or make two reports");
  method.members.push_back(member);
}

void sort(Comparison& comparison) {
  const auto place = [](const Method& method) {
    return std::pair(method_rank(method.algorithm), method.algorithm);
  };
  std::stable_sort(comparison.methods.begin(), comparison.methods.end(),
                   [&](const Method& a, const Method& b) { return place(a) < place(b); });
  for (Method& method : comparison.methods)
    std::sort(method.members.begin(), method.members.end(),
              [](const Member& a, const Member& b) { return a.run->header.seed < b.run->header.seed; });
}

std::string choose_split(const Comparison& comparison) {
  for (const char* split : {"test", "validation", "train"})
    for (const Method& method : comparison.methods)
      for (const Member& member : method.members)
        if (last_evaluation(member, split)) return split;
  return "test";
}

std::string name_of(const Setting& setting) {
  return setting.dataset + "-" + setting.source + "-" +
         std::to_string(std::lround(100 * setting.support_fraction));
}

void note_incomplete(Comparison& comparison, const Method& method) {
  for (const Member& member : method.members) {
    const std::string& file = member.source->results.header.status;
    if (member.run->status == "complete" && file == "complete") continue;
    comparison.notes.push_back(method.name + " seed " + std::to_string(member.run->header.seed) + " is " +
                               (member.run->status == "complete"
                                    ? "complete, but its file is " + file
                                    : "not complete (" + member.run->status + ")") +
                               ": " + member.source->path.filename().string());
  }
}

void note_differences(Comparison& comparison, const Method& method) {
  std::set<std::string> differing;
  for (const Member& member : method.members)
    for (const auto& name : differences(member.run->header, header_of(method))) differing.insert(name);
  for (const std::string& name : differing)
    comparison.notes.push_back(method.name + ": its seeds differ in " + name);
}

double sum(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

}  // namespace

std::size_t method_rank(const std::string& algorithm) {
  const auto* known = algorithms::find_descriptor(algorithm);
  return known ? static_cast<std::size_t>(known->place) : std::numeric_limits<std::size_t>::max();
}

std::vector<Comparison> compare(const std::vector<Source>& sources) {
  std::vector<Comparison> all;
  for (const Source& source : sources) {
    const record::Data& data = source.results.data;
    for (const record::Run& run : source.results.runs) {
      const Setting setting{data.dataset, data.source, data.division, data.support_fraction,
                            target_of(run, source.results)};
      add(method_for(comparison_for(all, setting), run.header), {&run, &source});
    }
  }
  FileNames names;
  for (Comparison& comparison : all) {
    sort(comparison);
    comparison.split = choose_split(comparison);
    comparison.name = names.unique(name_of(comparison.setting));
    name_methods(comparison.methods);
    for (const Method& method : comparison.methods) {
      note_incomplete(comparison, method);
      note_differences(comparison, method);
    }
  }
  return all;
}

std::string describe(const Setting& setting) {
  const std::string data = setting.source == "generated" ? "generated data" : "data from " + setting.source;
  return setting.dataset + ", " + data + ", " + std::to_string(std::lround(100 * setting.support_fraction)) +
         "% support (" + setting.division + ")";
}

const cost::EvaluationRow* last_evaluation(const Member& member, const std::string& split) {
  const auto& rows = member.run->evaluations;
  const auto last =
      std::find_if(rows.rbegin(), rows.rend(), [&](const auto& row) { return row.split == split; });
  return last == rows.rend() ? nullptr : &*last;
}

Total total(const record::Run& run) {
  Total sum;
  for (const cost::RoundRow& row : run.rounds) {
    sum.rounds += 1;
    sum.client_tasks += static_cast<double>(row.clients.size());
    sum.flops += static_cast<double>(row.flops);
    sum.flops_executed += static_cast<double>(row.flops_executed);
    sum.bytes_down += static_cast<double>(row.bytes_down);
    sum.bytes_up += static_cast<double>(row.bytes_up);
    sum.mpi_bytes += static_cast<double>(row.mpi_bytes);
    sum.seconds += row.seconds;
    sum.seconds_broadcast += row.seconds_broadcast;
    sum.seconds_compute += row.seconds_compute;
    sum.seconds_reduce += row.seconds_reduce;
    sum.seconds_update += row.seconds_update;
  }
  return sum;
}

double gemm_drift(const record::System& system) {
  const double start = sum(system.gemm_flops_per_second), end = sum(system.gemm_flops_per_second_end);
  return start > 0 && end > 0 ? end / start - 1 : 0;
}

bool is_steady(const record::System& system) {
  return std::abs(gemm_drift(system)) <= 0.3;
}

namespace {

/// Whether all rounds were computed by the ranks whose rates are known: a run that went on may have had
/// others.
bool on_same_ranks(const record::Run& run, const record::Results& results) {
  return results.header.resumed.empty() || std::ranges::all_of(run.rounds, [&](const auto& row) {
           return row.rank_seconds_compute.size() == results.system.rank.size();
         });
}

}  // namespace

std::optional<double> efficiency(const Member& member, double flops) {
  const record::System& system = member.source->results.system;
  if (!on_same_ranks(*member.run, member.source->results)) return std::nullopt;
  const double rate = sum(system.gemm_flops_per_second), seconds = total(*member.run).seconds;
  if (rate <= 0 || seconds <= 0 || !is_steady(system)) return std::nullopt;
  return flops / (seconds * rate);
}

ToTarget to_target(const Method& method) {
  std::vector<double> rounds, flops, bytes, spent_flops, spent_bytes;
  for (const Member& member : method.members) {
    const Total spent = total(*member.run);
    spent_flops.push_back(spent.flops);
    spent_bytes.push_back(spent.bytes_down + spent.bytes_up);
    if (!member.run->target) continue;
    rounds.push_back(member.run->target->round);
    flops.push_back(static_cast<double>(member.run->target->flops));
    bytes.push_back(static_cast<double>(member.run->target->bytes));
  }
  return {rounds.size(),    summarise(rounds),      summarise(flops),
          summarise(bytes), summarise(spent_flops), summarise(spent_bytes)};
}

std::optional<Reduction> reduction(const Comparison& comparison, const Method& method, Resource resource) {
  const auto fedavg = std::find_if(comparison.methods.begin(), comparison.methods.end(),
                                   [](const Method& m) { return m.algorithm == algorithms::yardstick; });
  const ToTarget own = to_target(method);
  if (fedavg == comparison.methods.end() || own.reached == 0) return std::nullopt;
  const ToTarget base = to_target(*fedavg);
  const bool flops = resource == Resource::flops;
  const Summary& base_reached = flops ? base.flops : base.bytes;
  const Summary& base_spent = flops ? base.spent_flops : base.spent_bytes;
  const Summary& spent = flops ? own.flops : own.bytes;
  if (spent.mean <= 0) return std::nullopt;
  return Reduction{(base.reached ? base_reached : base_spent).mean / spent.mean, base.reached == 0};
}

}  // namespace fedmeta::report

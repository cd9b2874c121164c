// Which runs are compared with each other: those on the same data, whatever file they are in.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "record/results.hpp"
#include "report/statistics.hpp"

namespace fedmeta::report {

/// A results file and where it came from.
struct Source {
  std::filesystem::path path;
  record::Results results;
};

/// One run with the file it is from, whose `system` says what it ran on.
struct Member {
  const record::Run* run;
  const Source* source;
};

/// All seeds of one algorithm with the same hyper-parameters, by seed.
struct Method {
  std::string algorithm;
  std::vector<Member> members;
  std::string name =
      algorithm;  ///< with what tells it from other methods of its algorithm: "maml (model lr)"
};

/// What runs must share to be compared.
struct Setting {
  std::string dataset, source, division;
  double support_fraction = 0;
  std::optional<double> target;  ///< target accuracy, where the file tells

  bool operator==(const Setting&) const = default;
};

struct Comparison {
  Setting setting;
  std::string name;   ///< for file names: femnist-generated-20
  std::string split;  ///< the clients evaluated: test, or else validation, or else train
  std::vector<Method> methods;
  std::vector<std::string> notes;  ///< what a reader must know before comparing
};

/// Reading order of methods, and that of their colours: baselines first. Unknown ones come last.
std::size_t method_rank(const std::string& algorithm);

/// Groups the runs of all files; the seeds of a method are pooled.
/// Throws Error(usage) where a setting has the same method and seed twice. `sources` must outlive the
/// result.
std::vector<Comparison> compare(const std::vector<Source>& sources);

/// "femnist, generated data, 20% support (random)"
std::string describe(const Setting& setting);

/// The member's last evaluation of that split; null where there is none.
const cost::EvaluationRow* last_evaluation(const Member& member, const std::string& split);

/// Training cost of a run, summed over its rounds.
struct Total {
  double rounds = 0, client_tasks = 0, flops = 0, flops_executed = 0, bytes_down = 0, bytes_up = 0,
         mpi_bytes = 0;
  double seconds = 0, seconds_broadcast = 0, seconds_compute = 0, seconds_reduce = 0, seconds_update = 0;
};
Total total(const record::Run& run);

/// Sum of flops / (sum of seconds x sum over ranks of the GEMM rate). Absent without rounds, and where the
/// rate at the end is more than 30% off that at the start: the machine was not the same throughout.
std::optional<double> efficiency(const Member& member, double flops);

/// What a method spent to reach the target accuracy for the first time.
struct ToTarget {
  std::size_t reached = 0;           ///< seeds that did
  Summary rounds, flops, bytes;      ///< over the seeds that did
  Summary spent_flops, spent_bytes;  ///< over all seeds: everything they spent, reached or not
};
ToTarget to_target(const Method& method);

/// How many times less a method spends than FedAvg. `at_least`: FedAvg did not reach the target, so that its
/// spending is only a lower bound. Absent where the method did not reach it, or there is no fedavg.
struct Reduction {
  double factor = 0;
  bool at_least = false;
};
enum class Resource { flops, bytes };
std::optional<Reduction> reduction(const Comparison& comparison, const Method& method, Resource resource);

}  // namespace fedmeta::report

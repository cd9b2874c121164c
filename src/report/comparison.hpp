// Decides which runs are compared: those on the same data, whatever file they come from.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "record/results.hpp"
#include "report/statistics.hpp"

namespace fedmeta::report {

/// A results file and its path.
struct Source {
  std::filesystem::path path;
  record::Results results;
};

/// A run and its file, whose `system` describes the machine.
struct Member {
  const record::Run* run;
  const Source* source;
};

/// All seeds of one algorithm with the same hyper-parameters, by seed.
struct Method {
  std::string algorithm;
  std::vector<Member> members;
  std::string name =
      algorithm;  ///< plus what distinguishes it from other methods of its algorithm: "maml (model lr)"
};

/// Settings that runs must share to be compared.
struct Setting {
  std::string dataset, source, division;
  double support_fraction = 0;
  std::optional<double> target;  ///< target accuracy, if the file has it

  bool operator==(const Setting&) const = default;
};

struct Comparison {
  Setting setting;
  std::string name;   ///< for file names: femnist-generated-20
  std::string split;  ///< the evaluated clients: test, else validation, else train
  std::vector<Method> methods;
  std::vector<std::string> notes;  ///< what readers must know before comparing
};

/// Returns a method's place in the order of tables and colours: baselines first, unknown methods last.
std::size_t method_rank(const std::string& algorithm);

/// Groups the runs of all files and pools the seeds of each method. Throws Error(usage) if a setting has the
/// same method and seed twice. `sources` must outlive the result.
std::vector<Comparison> compare(const std::vector<Source>& sources);

/// Returns a title such as "femnist, generated data, 20% support (random)".
std::string describe(const Setting& setting);

/// Returns the member's last evaluation of a split, or null if there is none.
const cost::EvaluationRow* last_evaluation(const Member& member, const std::string& split);

/// The training cost of a run, summed over its rounds.
struct Total {
  double rounds = 0, client_tasks = 0, flops = 0, flops_executed = 0, bytes_down = 0, bytes_up = 0,
         mpi_bytes = 0;
  double seconds = 0, seconds_broadcast = 0, seconds_compute = 0, seconds_reduce = 0, seconds_update = 0;
};
Total total(const record::Run& run);

/// Returns the change of all ranks' total sgemm rate from the start to the end of the runs, as a fraction of
/// the rate at the start; 0 if one of the two is missing.
double gemm_drift(const record::System& system);
/// Returns whether the rate drifted by at most 30%; beyond that, the machine was not the same throughout.
bool is_steady(const record::System& system);

/// Returns sum of flops / (sum of seconds x sum over ranks of the sgemm rate). Returns nothing for a run
/// without rounds, if the machine was not steady, or if the run went on with another number of ranks.
std::optional<double> efficiency(const Member& member, double flops);

/// The cost of reaching the target accuracy for the first time.
struct ToTarget {
  std::size_t reached = 0;           ///< number of seeds that reached it
  Summary rounds, flops, bytes;      ///< over the seeds that reached it
  Summary spent_flops, spent_bytes;  ///< over all seeds: their whole cost, whether they reached it or not
};
ToTarget to_target(const Method& method);

/// The factor by which a method costs less than FedAvg. `at_least` means that FedAvg did not reach the
/// target, so that its cost is only a lower bound. Absent if the method did not reach the target, or there is
/// no FedAvg.
struct Reduction {
  double factor = 0;
  bool at_least = false;
};
enum class Resource { flops, bytes };
std::optional<Reduction> reduction(const Comparison& comparison, const Method& method, Resource resource);

}  // namespace fedmeta::report

// What runs cost, and on what machine.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "report/pooling/comparison.hpp"

namespace fedmeta::report {

/// The cost of a run, summed over its rounds. FLOPs of a method without rounds are those of its clients' own
/// models.
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

/// What seconds and messages of runs depend on beside the method.
struct Machine {
  std::size_t ranks = 0;
  std::string threads;  ///< of a rank: "2", or "1-2" where ranks differ
  std::string device;   ///< "cpu", "cuda"
  std::string hosts;    ///< their names

  auto operator<=>(const Machine&) const = default;
};
Machine machine_of(const record::System& system);
/// Returns "2 ranks, 1 thread each, cpu, node-a".
std::string describe(const Machine& machine);

/// Returns whether all runs were made on the same machine, so that their seconds can be compared.
bool on_one_machine(const Comparison& comparison);

/// A method's complete runs on one machine, seeds that were run again included.
struct OnMachine {
  Machine machine;
  Method runs;
};
std::vector<OnMachine> by_machine(const Method& method);

}  // namespace fedmeta::report

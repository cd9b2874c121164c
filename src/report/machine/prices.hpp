// What runs cost in money, by prices that the reader of a report gives.
//
// A run is charged for all its cores and GPUs from its first check to its last evaluation, checkpoints
// included, and for the bytes that a deployment would send, down and up.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "report/machine/rows.hpp"

namespace fedmeta::report {

struct Prices {
  std::optional<double> core_hour = {}, gpu_hour = {};
  std::optional<double> gigabyte = {};  ///< 1e9 bytes of bytes_down + bytes_up
  std::string currency = "EUR";

  bool any() const { return core_hour || gpu_hour || gigabyte; }
  double of_machine(const record::System& system, double seconds) const;
};

/// Returns the threads of all ranks, each of which has a core.
double cores_of(const record::System& system);
/// Returns the number of GPUs: as recorded, in older files the different devices of each host.
double gpus_of(const record::System& system);

/// The part of a run that ends after the evaluations of a round.
struct Charge {
  double seconds = 0;  ///< wall clock
  double bytes = 0;    ///< down and up
};
/// Returns the whole run's with the largest round there is.
Charge charge_until(const record::Run& run, std::int32_t round);

/// Returns the cost of each method on each machine, of a run and to the target.
ReportTable price_table(const std::vector<MachineRuns>& all, const Prices& prices);

}  // namespace fedmeta::report

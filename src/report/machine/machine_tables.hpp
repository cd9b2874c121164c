// What the machines were, and the energy that was measured on them.
#pragma once

#include <vector>

#include "report/machine/prices.hpp"
#include "report/machine/rows.hpp"

namespace fedmeta::report {

/// Of each file: hosts, processors, GPUs, job, and the wall clock of the whole program and of its parts.
ReportTable machines_table(const std::vector<Source>& sources, const Prices& prices);

/// Of each method on each machine: joules a round and of the run.
ReportTable energy_table(const std::vector<MachineRuns>& all);

}  // namespace fedmeta::report

// Where the seconds of a round go, on the whole and by rank.
#pragma once

#include <optional>
#include <vector>

#include "report/machine/rows.hpp"

namespace fedmeta::report {

/// Of each method on each machine, seconds a round by phase.
ReportTable round_table(const std::vector<MachineRuns>& all);

/// Of each rank of a run: seconds a round that it computed and waited. The page has the ranks that compute
/// most.
LongTable rank_table(const std::vector<MachineRuns>& all);

/// What is reached of the machine's sgemm rate, and what limits it.
ReportTable efficiency_table(const std::vector<MachineRuns>& all);

/// Returns the share of its rounds' computing that all ranks would take if the work were spread evenly: the
/// ranks' mean over the slowest rank's, both summed over rounds. Nothing for a run without rounds, or on
/// changing ranks.
std::optional<double> balance(const Member& member);

/// Returns the wall clock of a run's evaluations, of all splits.
double evaluation_seconds(const record::Run& run);
/// Returns that of its checkpoints; nothing where they were not recorded.
std::optional<double> checkpoint_seconds(const record::Run& run);
/// Returns that of the checks before its first round; nothing likewise.
std::optional<double> setup_seconds(const record::Run& run);

}  // namespace fedmeta::report

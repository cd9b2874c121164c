// All runs of an experiment: every algorithm with every seed, on the same clients and divisions.
#pragma once

#include "federate/training.hpp"
#include "programs/bench/checkpoints.hpp"
#include "programs/bench/resumed.hpp"
#include "programs/bench/start_model.hpp"
#include "programs/bench/trace_file.hpp"
#include "record/results_writer.hpp"
#include "settings/settings.hpp"

namespace fedmeta::programs {

/// Collective. Passes rows to `writer` as they are made, and keeps none. `writer` is null on all ranks but
/// the root. Writes the rows that `resumed` contains first. `start` must have been checked. Throws
/// AgreedError(interrupted) after a stop signal, once the checkpoint is written.
void run_experiment(const settings::Settings& settings, const federate::Federation& federation,
                    const StartModel& start, record::ResultsWriter* writer, Checkpoints& checkpoints,
                    const Resumed& resumed, TraceFile& trace, federate::Validity& validity);

}  // namespace fedmeta::programs

// All runs of an experiment: every algorithm with every seed, on the same clients and divisions.
#pragma once

#include <vector>

#include "federate/training.hpp"
#include "record/results_writer.hpp"
#include "settings/settings.hpp"

namespace fedmeta::programs {

/// Collective. `writer` is null except at the root, where the runs are returned as recorded.
std::vector<record::Run> run_experiment(const settings::Settings& settings,
                                        const federate::Federation& federation, record::ResultsWriter* writer,
                                        federate::Validity& validity);

}  // namespace fedmeta::programs

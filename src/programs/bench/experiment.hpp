// All runs of an experiment: every algorithm with every seed, on the same clients and divisions.
#pragma once

#include "federate/training.hpp"
#include "record/results_writer.hpp"
#include "settings/settings.hpp"

namespace fedmeta::programs {

/// Collective. Rows go to `writer` as they are made, and are kept nowhere else. It is null but at the root.
void run_experiment(const settings::Settings& settings, const federate::Federation& federation,
                    record::ResultsWriter* writer, federate::Validity& validity);

}  // namespace fedmeta::programs

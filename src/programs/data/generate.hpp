// fedmeta_data generate: writes a stand-in as a data file, a LEAF folder or a CSV log.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "data/dataset.hpp"

namespace fedmeta::programs {

struct GenerateOptions {
  data::DatasetPlan dataset;
  std::filesystem::path output;  ///< *.h5, *.csv if the data set has a log, or the name of a folder
  std::optional<std::int64_t> clients, min_samples;
  std::optional<double> mean_samples, deviation_samples;  ///< absent: as published
  bool force = false;
};

/// Returns the size of the published data set. Throws Error(usage) for an unknown name, and if there is no
/// generator.
data::GeneratedSize published_size(const std::string& dataset);

/// Writes the stand-in. Beside a LEAF folder of texts with word vectors, also writes FOLDER.glove.txt with
/// the vectors of the invented words.
void generate(const GenerateOptions& options);

}  // namespace fedmeta::programs

// fedmeta_data generate: a stand-in as a data file, a LEAF folder or, of production, a CSV log.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "data/dataset.hpp"

namespace fedmeta::programs {

struct GenerateOptions {
  data::DatasetPlan dataset;
  std::filesystem::path output;  ///< *.h5, production's *.csv, or the name of a folder
  std::optional<std::int64_t> clients, min_samples;
  std::optional<double> mean_samples, deviation_samples;  ///< absent: the paper's
  bool force = false;
};

/// The size of the paper's data set (Table 1); LEAF's for synthetic. Throws Error(usage) for another name.
data::GeneratedSize paper_size(const std::string& dataset);

/// Beside a LEAF folder of sent140, FOLDER.glove.txt gets the vectors of the made-up words.
void generate(const GenerateOptions& options);

}  // namespace fedmeta::programs

// Determines which data set a PATH given to fedmeta_data holds, and reads its clients.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "data/dataset.hpp"

namespace fedmeta::programs {

struct DataSourcePlan {
  std::filesystem::path path;
  data::DatasetPlan dataset;  ///< empty name: to be determined from the path
  /// For a CSV log: labels number the services over all users, as Table 1 counts them, not per user.
  bool shared_services = false;
  bool allow_partial = false;  ///< go on if files that look like data are passed over
};

/// A data set and the files from which it is read.
class DataSource {
 public:
  /// Determines what the path is: a data file by its first bytes, LEAF JSON by its first sample, other text
  /// by the data set that recognises it. Throws Error(input) if it is none of these.
  explicit DataSource(DataSourcePlan plan);

  const std::string& dataset() const { return plan_.dataset.dataset; }
  std::string source() const { return dataset_->source(plan_.path); }
  /// Returns how many numbers are stored per sample.
  std::int64_t width() const { return dataset_->form().width; }
  /// Returns null if the tokens have no vectors, or if these are in a file that was not given.
  const data::WordVectors* vectors() const { return dataset_->vectors(); }

  /// Calls `visit` with each client, or part of one, in file order. If tokens have no vectors, all are
  /// unknown. Returns the number of files read. Throws Error(input), including for parts that repeat another.
  std::int64_t read(const std::function<void(data::Client&&)>& visit) const;

  /// Returns the files that look like data but were not read, as allowed; for a data file, those left out
  /// when it was made.
  const std::vector<std::string>& passed_over() const { return passed_over_; }

 private:
  DataSourcePlan plan_;
  std::unique_ptr<data::Dataset> dataset_;
  std::vector<std::filesystem::path> files_;
  std::vector<std::string> passed_over_;
};

}  // namespace fedmeta::programs

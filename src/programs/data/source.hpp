// What a PATH given to fedmeta_data is, and its clients.
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
  data::DatasetPlan dataset;  ///< its name may be empty: found out
  /// Of a CSV log: labels number the services among all users, as Table 1 counts them, and not per user.
  bool shared_services = false;
  bool allow_partial = false;  ///< go on where files that look like data are passed over
};

/// A data set with the files it is read from.
class DataSource {
 public:
  /// Finds out what the path is: a data file by its first bytes, LEAF JSON by its first sample, other text by
  /// whether a data set recognises it. Throws Error(input) for a path that is none.
  explicit DataSource(DataSourcePlan plan);

  const std::string& dataset() const { return plan_.dataset.dataset; }
  std::string source() const { return dataset_->source(plan_.path); }
  /// Numbers stored for a sample.
  std::int64_t width() const { return dataset_->form().width; }
  /// Null where the tokens have no vectors, or those of a file that is not given.
  const data::WordVectors* vectors() const { return dataset_->vectors(); }

  /// Calls with each client, or part of one, in file order. Where tokens have no vectors, all are unknown.
  /// Returns the number of files read. Throws Error(input), also for parts that repeat another.
  std::int64_t read(const std::function<void(data::Client&&)>& visit) const;

  /// Files that look like data and are not read, as allowed; of a data file, those that its maker left out.
  const std::vector<std::string>& passed_over() const { return passed_over_; }

 private:
  DataSourcePlan plan_;
  std::unique_ptr<data::Dataset> dataset_;
  std::vector<std::filesystem::path> files_;
  std::vector<std::string> passed_over_;
};

}  // namespace fedmeta::programs

// Small results with values chosen by hand, for the tests of the record and the report.
#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "record/results.hpp"

namespace fedmeta::record {

/// Two ranks, four clients, division saved; no runs.
Results head();

/// One seed of an algorithm that reaches the given test accuracies, evaluated after every round.
/// Each round costs `flops` and `bytes` (a quarter of them up) and one second of wall clock.
Run run(const std::string& algorithm, std::int64_t seed, std::span<const double> accuracies, double target,
        std::int64_t flops, std::int64_t bytes);

/// Writes through ResultsWriter, and closes the file with `header.status`.
void write(const std::filesystem::path& path, const Results& results);

/// A folder of its own for one test, removed at the end.
class Folder {
 public:
  Folder();
  ~Folder();
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace fedmeta::record

// Writes a results file. On rank 0 only.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "record/h5.hpp"
#include "record/output_file.hpp"
#include "record/results.hpp"
#include "record/table.hpp"

namespace fedmeta::record {

/// One run in a file: an algorithm with one seed. Several may be open at once; none is used after
/// ResultsWriter::close(). Made by ResultsWriter::begin_run().
class RunWriter {
 public:
  /// `clients` of a row: at most the slots given to begin_run; `rank_seconds_compute`: one per rank.
  void append_rounds(std::span<const cost::RoundRow> rows);
  /// Also flushes the file: what was appended until now survives the end of the process.
  void append_evaluation(const cost::EvaluationRow& row);
  /// Accuracy over the epochs of adaptation, once, before finish().
  void write_curve(std::span<const cost::CurveRow> rows);
  /// `target`: absent where never reached. `model`: null without --save-model.
  void finish(std::span<const cost::ClientRow> clients, const std::optional<cost::TargetRow>& target,
              const Model* model, const std::string& status);

 private:
  friend class ResultsWriter;
  RunWriter(const h5::Node& file, const RunHeader& header, std::int64_t slots);

  h5::Node group_;
  Table rounds_;
  Table evaluations_;
  std::optional<h5::Node> evaluations_top4_, evaluations_initial_client_mean_;
};

/// Writes NAME.h5.part and renames it to NAME.h5 when all is complete. Without close() the part stays, with
/// the status last set, and what was flushed can be read.
/// Every function throws Error(own_file) where the file cannot be written.
class ResultsWriter {
 public:
  /// Makes the folders that lack. Throws Error(usage) where `final_path` exists and `force` is not set.
  ResultsWriter(std::filesystem::path final_path, bool force, const Header& header, const System& system,
                const Data& data);

  /// `slots`: the largest number of clients in a round.
  RunWriter begin_run(const RunHeader& header, std::int64_t slots);
  /// One rate per rank.
  void set_gemm_end(const std::vector<double>& flops_per_second);
  /// Sets the root's status and gives the file its final name.
  void close(const std::string& status);

 private:
  void write_head(const Header& header, const System& system, const Data& data);

  std::filesystem::path final_path_, part_path_;
  h5::Node file_;
};

}  // namespace fedmeta::record

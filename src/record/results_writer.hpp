// Writes a results file, on rank 0 only.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "record/checkpoint.hpp"
#include "record/h5.hpp"
#include "record/output_file.hpp"
#include "record/results.hpp"
#include "record/table.hpp"

namespace fedmeta::record {

/// One run in a file: an algorithm with one seed. ResultsWriter::begin_run() makes it. Several may be open at
/// once; none may be used after ResultsWriter::close().
class RunWriter {
 public:
  /// Appends rows, each with at most as many `clients` as the slots of begin_run and one
  /// `rank_seconds_compute` per rank.
  void append_rounds(std::span<const cost::RoundRow> rows);
  /// Appends a row and flushes the file if it is still in its place, so that everything appended so far
  /// survives the end of the process.
  void append_evaluation(const cost::EvaluationRow& row);
  // Each of these may be called once at most, before finish(); the next evaluation flushes what they write.
  /// Writes the cost of reaching the target.
  void write_target(const cost::TargetRow& target);
  /// Writes the clients of the last evaluation.
  void write_clients(std::span<const cost::ClientRow> rows);
  /// Writes the accuracy over the epochs of adaptation.
  void write_curve(std::span<const cost::CurveRow> rows);
  /// Writes the accuracy over the steps of the clients' own training.
  void write_self_curve(std::span<const cost::SelfCurveRow> rows);
  void write_phases(const Phases& phases);
  /// Sets the status of a run that is not complete.
  void leave(const std::string& status);
  /// Completes the run and flushes the file. `model` is null without --save-model.
  void finish(const Model* model, const std::string& status);

 private:
  friend class ResultsWriter;
  RunWriter(const h5::Node& file, const OpenPart& part, const RunHeader& header, std::int64_t slots);

  h5::Node group_;
  Table rounds_;
  Table evaluations_;
  std::optional<h5::Node> evaluations_top4_, evaluations_initial_client_mean_, evaluations_initial_loss_;
  OpenPart part_;
};

/// Writes NAME.h5.part and renames it to NAME.h5 when everything is complete. Without close() the part
/// remains, with the status that was set last, and everything flushed can be read. All functions throw
/// Error(own_file) if the file cannot be written.
class ResultsWriter {
 public:
  /// Creates missing parent directories. Throws Error(usage) if `final_path` exists and `force` is not set.
  ResultsWriter(std::filesystem::path final_path, bool force, const Header& header, const System& system,
                const Data& data);

  /// Starts a run. `slots` is the largest number of clients in a round.
  RunWriter begin_run(const RunHeader& header, std::int64_t slots);
  /// Flushes the file and returns all that it holds so far. Not after close().
  Results read() const;
  /// Flushes the file and adds all its bytes to a checkpoint.
  void copy_to(CheckpointWriter& checkpoint, const std::string& name) const;
  /// Sets the status and flushes the file, which keeps its name of a file that is not complete.
  void leave(const std::string& status);
  /// Writes the sgemm rates at the end, one per rank.
  void set_gemm_end(const std::vector<double>& flops_per_second);
  /// Writes the clocks that are known, in place of those from before.
  void set_clocks(const Clocks& clocks);
  /// Sets the status of the whole file, reads every dataset back and gives the file its final name.
  void close(const std::string& status);

 private:
  void write_head(const Header& header, const System& system, const Data& data);

  std::filesystem::path final_path_, part_path_;
  bool force_;
  h5::Node file_;
  OpenPart part_;
};

}  // namespace fedmeta::record

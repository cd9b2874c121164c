// The checkpoint of a run: where it stands, and all that decides how it goes on.
//
// Trainings, each of a method or of methods that share one, with one seed, are numbered in the order in which
// they run. A checkpoint holds the number of the one under way and its state (federate/server_state.hpp), and
// a copy of the results file with the rows so far.
#pragma once

#include <cstdint>
#include <filesystem>

#include "algorithms/stages.hpp"
#include "cost/stopwatch.hpp"
#include "federate/training.hpp"
#include "record/results_writer.hpp"
#include "settings/periods.hpp"

namespace fedmeta::programs {

/// Names of what a checkpoint holds. The state's own names follow the prefix.
namespace stored {
inline constexpr const char* state = "state/";
inline constexpr const char* results = "results";            ///< the file's bytes
inline constexpr const char* fingerprint = "fingerprint";    ///< of the data
inline constexpr const char* replaces = "replaces";          ///< 1: the results file may replace another
inline constexpr const char* training = "training";          ///< those before it are complete
inline constexpr const char* stage_rounds = "stage_rounds";  ///< [stages] of that one
inline constexpr const char* reasons_before =
    "reasons_before";                              ///< why those before it are not valid, in lines
inline constexpr const char* reasons = "reasons";  ///< why it is not, so far
}  // namespace stored

class Checkpoints final : public federate::Keeper {
 public:
  /// Those of a results file under this name. `writer` is null but at the root. `fingerprint` and `replaces`
  /// count at the root.
  Checkpoints(const comm::Communicator& world, const record::ResultsWriter* writer,
              std::filesystem::path output, settings::CheckpointPeriod period, std::uint64_t fingerprint,
              bool replaces);

  /// A training begins, or goes on after some rounds. `before` says whether those before it are valid; both
  /// must last as long as the training.
  void enter(std::int64_t training, const algorithms::Run& run, const federate::Validity& before,
             std::int64_t rounds_done);
  bool between_rounds(const federate::ServerState& state, const federate::Validity& validity) override;
  /// The training has ended. Collective.
  void leave();
  /// Writes where the training under way stands; `state` is null where it has none yet. Collective; throws
  /// AgreedError(own_file), and the checkpoint from before is as it was.
  void write(const federate::ServerState* state, const federate::Validity& validity);
  std::filesystem::path path() const { return record::checkpoint_of(output_); }

 private:
  bool is_time() const;
  void add_head(record::CheckpointWriter& checkpoint, const federate::Validity& validity) const;

  const comm::Communicator& world_;
  const record::ResultsWriter* writer_;
  std::filesystem::path output_;
  settings::CheckpointPeriod period_;
  std::uint64_t fingerprint_;
  bool replaces_;
  std::int64_t training_ = 0;
  const algorithms::Run* run_ = nullptr;  ///< null between two
  const federate::Validity* before_ = nullptr;
  std::int64_t rounds_kept_ = 0;
  cost::Stopwatch since_;  ///< the last one
};

}  // namespace fedmeta::programs

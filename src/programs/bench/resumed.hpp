// A run that goes on from its checkpoint.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "comm/communicator.hpp"
#include "federate/server_state.hpp"
#include "hosting/catalogue.hpp"
#include "record/checkpoint.hpp"
#include "record/h5.hpp"
#include "record/results.hpp"
#include "settings/settings.hpp"

namespace fedmeta::programs {

/// How a run starts: without a checkpoint, from one, or not at all, since its results file is complete.
enum class Start { fresh, resumed, complete };

/// What a checkpoint says. All but `start`, `complete_status`, `training` and `state` is at the root alone.
struct Resumed {
  Start start = Start::fresh;
  Status complete_status = Status::ok;  ///< of the run whose results file is complete
  std::int64_t training = 0;            ///< those before it are complete
  std::optional<federate::ServerState>
      state;                               ///< of that one, as far as this rank needs it; nothing: it begins
  std::vector<std::int64_t> stage_rounds;  ///< of that one
  std::vector<std::string> reasons_before, reasons;  ///< why those before it, and it, are not valid
  bool replaces = false;                             ///< the results file may replace another
  record::h5::Node file;                             ///< the copy of the results file
  record::Results results;                           ///< what it holds
  std::unique_ptr<record::CheckpointReader> checkpoint;

  /// The rows of one of its runs; null where it has none of this name.
  const record::Run* run(const std::string& algorithm, std::int64_t seed) const;
};

/// Collective: finds out how a run with these settings and results file starts, and says so at the root.
/// Throws AgreedError(usage) where the settings are others than those of the checkpoint, or where there is
/// one that neither
/// --resume nor --force concerns; AgreedError(own_file) where it cannot be read.
Resumed open_resumed(const comm::Communicator& world, const settings::Settings& settings,
                     const std::filesystem::path& output);

/// Collective: reads the state, and sends those of clients to the ranks that train them now. Throws
/// AgreedError(input) where the data are others than those of the checkpoint.
void load_state(const comm::Communicator& world, const hosting::Catalogue& catalogue,
                std::uint64_t fingerprint, Resumed& resumed);

/// Returns the header of the results file: the original one, with a line about this start. Called at the
/// root.
record::Header resumed_header(const record::Header& now, const Resumed& resumed,
                              const record::System& system);

/// Appends the ranks that only an earlier part of the run had.
void add_earlier_ranks(record::System& system, const record::System& earlier);

}  // namespace fedmeta::programs

// The saved model that runs start from: --start-from.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "comm/communicator.hpp"
#include "federate/start.hpp"
#include "record/h5.hpp"
#include "record/results_reader.hpp"
#include "settings/settings.hpp"
#include "settings/start_from.hpp"

namespace fedmeta::programs {

using Attributes = std::vector<std::pair<std::string, record::AttributeValue>>;

/// What one run starts from.
struct StartingPoint {
  federate::Start start;
  Attributes attributes;  ///< by which the run's header names the model; at the root
};

/// Reads at the root alone. Without --start-from, there is no model.
class StartModel {
 public:
  /// Collective. Finds the models of all seeds. Throws AgreedError(input) for a file that cannot be read, is
  /// not complete or has no model, and AgreedError(usage) for a run that is not in it.
  StartModel(const comm::Communicator& world, const settings::Settings& settings);

  /// Collective. Throws AgreedError(usage) unless the models are of this network.
  void check(const model::Network& network) const;
  /// Collective, after check(). Returns what the runs of a seed start from.
  StartingPoint of(std::int64_t seed, const model::Network& network) const;
  /// At the root. Returns a line for the table of settings, or "" without a model.
  std::string describe() const;

 private:
  struct Source {
    record::RunHeader run;
    std::int64_t rounds = 0;  ///< of training, those of its own start included
    record::ModelForm form;
  };
  void open();
  /// Returns the run whose model a seed starts from.
  const record::Run& run_for(const std::vector<record::Run>& runs, std::int64_t seed) const;
  record::Model read(const Source& source, const model::Network& network) const;

  const comm::Communicator& world_;
  const settings::Settings& settings_;
  std::optional<settings::StartFrom> from_;
  record::h5::Node file_;                   ///< at the root
  std::map<std::int64_t, Source> of_seed_;  ///< of the runs' seeds; at the root
};

/// Throws Error(input) where a run that goes on would start from another model than it did.
void check_same_start(const record::RunHeader& before, const record::RunHeader& now);

}  // namespace fedmeta::programs

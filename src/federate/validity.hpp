// The checks that make a result VALID, and the reasons why it is not.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "cost/ledger.hpp"
#include "federate/fingerprint.hpp"

namespace fedmeta::federate {

/// Collects the reasons of failed checks, each once.
class Validity {
 public:
  void require(bool holds, const std::string& reason);
  /// Adds another's reasons.
  void absorb(const Validity& other);
  bool valid() const { return reasons_.empty(); }
  const std::vector<std::string>& reasons() const { return reasons_; }
  /// Returns the reasons in one line.
  std::string summary() const;

 private:
  std::vector<std::string> reasons_;
};

/// Checks that the loss of a round or an evaluation is finite, and that the parameters after the broadcast
/// are equal on all ranks, and finite.
void check_round(Validity& validity, const std::string& run, double loss, std::span<const Fingerprint> ranks);

/// Checks the work and the traffic counted in a round's `row` against the formulas' `flops` and
/// `bytes_one_way`.
void check_counters(Validity& validity, const std::string& run, const cost::RoundRow& row, std::int64_t flops,
                    std::int64_t bytes_one_way);

/// Seconds of a run's phases, each measured separately, to be compared with one clock around all of them.
struct PhaseSeconds {
  double setup = 0, rounds = 0, evaluation = 0, recording = 0;
  double sum() const { return setup + rounds + evaluation + recording; }
};

/// Checks that the phases add up to the wall time within 2%, or within 50 ms for runs of a few seconds, whose
/// times a busy machine blurs that much.
void check_seconds(Validity& validity, const std::string& run, const PhaseSeconds& phases, double wall);

}  // namespace fedmeta::federate

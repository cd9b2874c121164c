// The checks that make a result VALID, and the reasons why one is not.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "cost/ledger.hpp"
#include "federate/fingerprint.hpp"

namespace fedmeta::federate {

/// Collects what failed; each reason once.
class Validity {
 public:
  void require(bool holds, const std::string& reason);
  /// Takes over another's reasons.
  void absorb(const Validity& other);
  bool valid() const { return reasons_.empty(); }
  const std::vector<std::string>& reasons() const { return reasons_; }
  /// The reasons in one line.
  std::string summary() const;

 private:
  std::vector<std::string> reasons_;
};

/// A round's or an evaluation's loss is finite; parameters equal on all ranks and finite after the broadcast.
void check_round(Validity& validity, const std::string& run, double loss, std::span<const Fingerprint> ranks);

/// What the round really went through and sent, against the formulas: `row` counted, `flops`, `bytes`
/// expected.
void check_counters(Validity& validity, const std::string& run, const cost::RoundRow& row, std::int64_t flops,
                    std::int64_t bytes_one_way);

/// Seconds of a run by phase, each from a clock of its own, against one clock around all.
struct PhaseSeconds {
  double setup = 0, rounds = 0, evaluation = 0, recording = 0;
  double sum() const { return setup + rounds + evaluation + recording; }
};

/// Within 2% of the wall time; runs of a few seconds are allowed 50 ms, the grain of a busy machine.
void check_seconds(Validity& validity, const std::string& run, const PhaseSeconds& phases, double wall);

}  // namespace fedmeta::federate

#include "federate/validity.hpp"

#include <algorithm>
#include <cmath>
#include <sstream>

namespace fedmeta::federate {

void Validity::require(bool holds, const std::string& reason) {
  if (holds || std::find(reasons_.begin(), reasons_.end(), reason) != reasons_.end()) return;
  reasons_.push_back(reason);
}

void Validity::absorb(const Validity& other) {
  for (const auto& reason : other.reasons_) require(false, reason);
}

std::string Validity::summary() const {
  std::string line;
  constexpr std::size_t shown = 3;
  for (std::size_t i = 0; i < std::min(shown, reasons_.size()); ++i) line += (i ? "; " : "") + reasons_[i];
  if (reasons_.size() > shown) line += "; and " + std::to_string(reasons_.size() - shown) + " more";
  return line;
}

void check_round(Validity& validity, const std::string& run, double loss,
                 std::span<const Fingerprint> ranks) {
  validity.require(std::isfinite(loss), run + ": loss is not finite");
  for (const auto& rank : ranks) {
    validity.require(rank.hash == ranks.front().hash,
                     run + ": parameters differ between ranks after the broadcast");
    validity.require(rank.finite, run + ": a parameter is not finite");
  }
}

void check_counters(Validity& validity, const std::string& run, const cost::RoundRow& row, std::int64_t flops,
                    std::int64_t bytes_one_way) {
  validity.require(row.flops == flops, run + ": counted FLOPs differ from the formula");
  validity.require(row.bytes_down == bytes_one_way && row.bytes_up == bytes_one_way,
                   run + ": counted bytes differ from the formula");
}

void check_seconds(Validity& validity, const std::string& run, const PhaseSeconds& phases, double wall) {
  const double gap = std::abs(wall - phases.sum());
  std::ostringstream reason;
  reason << run << ": the phases' seconds add up to " << phases.sum() << ", the wall clock says " << wall;
  validity.require(gap <= std::max(0.02 * wall, 0.05), reason.str());
}

}  // namespace fedmeta::federate

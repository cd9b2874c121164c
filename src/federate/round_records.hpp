// The ranks' reports about a round, and the ledger's row made from them.
#pragma once

#include <cstdint>
#include <vector>

#include "cost/ledger.hpp"
#include "federate/fingerprint.hpp"

namespace fedmeta::federate {

/// A rank's report about a client that it trained.
struct ClientRecord {
  std::int32_t slot;
  double loss;
  std::int64_t bytes_down, bytes_up;
  bool lost;  ///< whether its update is known to be not finite
};

/// A rank's report about its own part in a round.
struct RankRecord {
  double seconds_compute, seconds_wait;
  std::int64_t flops, flops_executed, mpi_bytes, device_bytes, saturated;
  Fingerprint parameters;
};

/// Sums the ranks' reports into `row`. The clients' losses, weighted by slot, are summed in slot order, so
/// that the bits do not depend on the ranks.
void fill_row(cost::RoundRow& row, std::vector<ClientRecord> clients, const std::vector<RankRecord>& ranks,
              const std::vector<double>& weights);

}  // namespace fedmeta::federate

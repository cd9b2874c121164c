// What the ranks report of a round, and the ledger's row that is made of it.
#pragma once

#include <cstdint>
#include <vector>

#include "cost/ledger.hpp"
#include "federate/fingerprint.hpp"

namespace fedmeta::federate {

/// What a rank reports of a client that it trained.
struct ClientRecord {
  std::int32_t slot;
  double loss;
  std::int64_t bytes_down, bytes_up;
};

/// What a rank reports of its own part in a round.
struct RankRecord {
  double seconds_compute;
  std::int64_t flops, flops_executed, mpi_bytes, saturated;
  Fingerprint parameters;
};

/// Adds up what the ranks reported into `row`. The clients' losses, weighted by slot, are summed in slot
/// order: the same bits for any ranks.
void fill_row(cost::RoundRow& row, std::vector<ClientRecord> clients, const std::vector<RankRecord>& ranks,
              const std::vector<double>& weights);

}  // namespace fedmeta::federate

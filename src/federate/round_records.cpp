#include "federate/round_records.hpp"

#include <algorithm>

namespace fedmeta::federate {

void fill_row(cost::RoundRow& row, std::vector<ClientRecord> clients, const std::vector<RankRecord>& ranks,
              const std::vector<double>& weights) {
  std::sort(clients.begin(), clients.end(), [](const auto& a, const auto& b) { return a.slot < b.slot; });
  for (const auto& client : clients) {
    row.loss += weights[static_cast<std::size_t>(client.slot)] * client.loss;
    row.bytes_down += client.bytes_down;
    row.bytes_up += client.bytes_up;
  }
  row.device_bytes = 0;
  for (const auto& rank : ranks) {
    row.flops += rank.flops;
    row.flops_executed += rank.flops_executed;
    row.mpi_bytes += rank.mpi_bytes;
    row.device_bytes += rank.device_bytes;
    row.rank_seconds_compute.push_back(rank.seconds_compute);
    row.rank_seconds_wait.push_back(rank.seconds_wait);
    row.seconds_compute = std::max(row.seconds_compute, rank.seconds_compute);
  }
}

}  // namespace fedmeta::federate

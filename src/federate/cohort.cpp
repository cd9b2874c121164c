#include "federate/cohort.hpp"

#include <utility>

#include "federate/sampling.hpp"

namespace fedmeta::federate {

Cohort make_cohort(const Catalogue& catalogue, const Algorithm& algorithm, std::vector<std::int32_t> clients,
                   bool balanced) {
  std::vector<std::int64_t> samples, support, cost;
  std::vector<int> home;
  for (const auto client : clients) {
    const auto& entry = catalogue[client];
    samples.push_back(entry.samples);
    support.push_back(entry.support);
    cost.push_back(algorithm.flops(1, entry.samples, entry.support));
    home.push_back(entry.home);
  }
  auto ranks = place_clients(cost, home, catalogue.node_of_rank, balanced);
  return {std::move(clients), algorithm.weights(samples, support), std::move(ranks)};
}

std::int64_t expected_flops(const Algorithm& algorithm, const model::Network& network,
                            const Catalogue& catalogue, const std::vector<std::int32_t>& clients) {
  std::int64_t flops = 0;
  for (const auto client : clients)
    flops += algorithm.flops(network.forward_flops_per_sample(), catalogue[client].samples,
                             catalogue[client].support);
  return flops;
}

}  // namespace fedmeta::federate

#include "federate/cohort.hpp"

#include <algorithm>
#include <map>

#include "federate/sampling.hpp"

namespace fedmeta::federate {

std::int64_t Cohort::busiest_cost() const {
  std::map<int, std::int64_t> of_rank;
  std::int64_t most = 0;
  for (std::size_t i = 0; i < clients.size(); ++i) most = std::max(most, of_rank[ranks[i]] += cost[i]);
  return most;
}

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
  return {std::move(clients), algorithm.weights(samples, support), std::move(cost), std::move(ranks)};
}

}  // namespace fedmeta::federate

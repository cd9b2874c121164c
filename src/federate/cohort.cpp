#include "federate/cohort.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "federate/episode.hpp"
#include "federate/sampling.hpp"

namespace fedmeta::federate {
namespace {

/// Returns the FLOPs of a client's part in a round.
std::int64_t client_flops(const algorithms::Algorithm& algorithm, std::int64_t f,
                          const hosting::CatalogueClient& client) {
  const auto most = algorithm.round_options().episode_samples;
  if (most == 0) return algorithm.flops(f, client.samples, client.support);
  const auto episode = episode_size(client.samples, most);
  return algorithm.flops(f, episode.samples, episode.support);
}

}  // namespace

std::int64_t Cohort::busiest_cost() const {
  std::map<int, std::int64_t> of_rank;
  std::int64_t most = 0;
  for (std::size_t i = 0; i < clients.size(); ++i) most = std::max(most, of_rank[ranks[i]] += cost[i]);
  return most;
}

std::vector<std::size_t> Cohort::slots(int rank) const {
  std::vector<std::size_t> slots;
  for (std::size_t slot = 0; slot < clients.size(); ++slot)
    if (ranks[slot] == rank) slots.push_back(slot);
  return slots;
}

Cohort make_cohort(const hosting::Catalogue& catalogue, const algorithms::Algorithm& algorithm,
                   std::vector<std::int32_t> clients, bool balanced) {
  std::vector<std::int64_t> samples, support, cost;
  std::vector<int> home;
  for (const auto client : clients) {
    const auto& entry = catalogue[client];
    samples.push_back(entry.samples);
    support.push_back(entry.support);
    cost.push_back(client_flops(algorithm, 1, entry));
    home.push_back(entry.home);
  }
  auto ranks = place_clients(cost, home, catalogue.node_of_rank, balanced);
  return {std::move(clients), algorithm.weights(samples, support), std::move(cost), std::move(ranks)};
}

std::vector<std::int64_t> Cohort::client_flops(const model::Network& network) const {
  std::vector<std::int64_t> flops;
  for (const auto multiple : cost) flops.push_back(multiple * network.forward_flops_per_sample());
  return flops;
}

}  // namespace fedmeta::federate

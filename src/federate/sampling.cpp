#include "federate/sampling.hpp"

#include <algorithm>
#include <numeric>

#include "base/random.hpp"

namespace fedmeta::federate {

std::vector<std::int32_t> sample_clients(const std::vector<std::int32_t>& candidates, std::int64_t count,
                                         std::int64_t seed, std::int64_t round) {
  Random random(static_cast<std::uint64_t>(seed), "sampling", {static_cast<std::uint64_t>(round)});
  auto drawn = candidates;
  shuffle(drawn, random);
  drawn.resize(static_cast<std::size_t>(count));
  return drawn;
}

std::vector<int> place_clients(const std::vector<std::int64_t>& cost, const std::vector<int>& home,
                               const std::vector<int>& node_of_rank, bool balanced) {
  if (!balanced) return home;
  std::vector<std::size_t> order(cost.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return cost[a] > cost[b]; });

  std::vector<std::int64_t> load(node_of_rank.size(), 0);
  std::vector<int> place(cost.size());
  for (const auto client : order) {
    const int node = node_of_rank[static_cast<std::size_t>(home[client])];
    int best = -1;
    for (int rank = 0; rank < static_cast<int>(load.size()); ++rank) {
      if (node_of_rank[static_cast<std::size_t>(rank)] != node) continue;
      if (best < 0 || load[static_cast<std::size_t>(rank)] < load[static_cast<std::size_t>(best)])
        best = rank;
    }
    place[client] = best;
    load[static_cast<std::size_t>(best)] += cost[client];
  }
  return place;
}

}  // namespace fedmeta::federate

// Chooses the clients of a round, and the rank that trains each of them.
#pragma once

#include <cstdint>
#include <vector>

namespace fedmeta::federate {

/// Draws `count` of `candidates`, uniformly without replacement, in the order drawn. Depends only on (seed,
/// round) and the candidates, so that all algorithms and numbers of ranks see the same clients.
std::vector<std::int32_t> sample_clients(const std::vector<std::int32_t>& candidates, std::int64_t count,
                                         std::int64_t seed, std::int64_t round);

/// Returns a rank for each client. If `balanced`, spreads the clients hosted on a node over the ranks of that
/// node, the costliest first, each to the rank with the least cost so far; otherwise each stays at home.
/// `cost` and `home` are parallel to the clients; node_of_rank[r] is the node of rank r.
std::vector<int> place_clients(const std::vector<std::int64_t>& cost, const std::vector<int>& home,
                               const std::vector<int>& node_of_rank, bool balanced);

}  // namespace fedmeta::federate

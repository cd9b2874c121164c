// Which clients take part in a round, and which rank trains each of them.
#pragma once

#include <cstdint>
#include <vector>

namespace fedmeta::federate {

/// `count` of `candidates`, uniformly without replacement, in the order drawn. Depends on (seed, round) and
/// the candidates alone: all algorithms and all rank counts see the same clients.
std::vector<std::int32_t> sample_clients(const std::vector<std::int32_t>& candidates, std::int64_t count,
                                         std::int64_t seed, std::int64_t round);

/// A rank for each client. `balanced`: the clients hosted on a node are spread over the ranks of that node,
/// the costliest first, each to the rank with the least cost so far. Otherwise each stays at home.
/// `cost` and `home` are parallel to the clients; node_of_rank[r] names the node of rank r.
std::vector<int> place_clients(const std::vector<std::int64_t>& cost, const std::vector<int>& home,
                               const std::vector<int>& node_of_rank, bool balanced);

}  // namespace fedmeta::federate

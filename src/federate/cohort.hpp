// The clients of a round, and what follows from who they are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "algorithms/algorithm.hpp"
#include "hosting/catalogue.hpp"
#include "model/network.hpp"

namespace fedmeta::federate {

struct Cohort {
  std::vector<std::int32_t> clients;  ///< indices into the catalogue, by slot
  std::vector<double> weights;        ///< of each in the round's mean; they sum to 1
  std::vector<std::int64_t> cost;     ///< algorithmic FLOPs of each, for F = 1
  std::vector<int> ranks;             ///< where each is trained

  /// Cost of the rank with the most to do.
  std::int64_t busiest_cost() const;
  /// Slots of the clients that a rank trains, in groups of at most `limit`, in the order of the slots.
  std::vector<std::vector<std::size_t>> groups(int rank, std::int64_t limit) const;
};

/// `balanced` as for place_clients; a client's cost is its FLOPs.
Cohort make_cohort(const hosting::Catalogue& catalogue, const algorithms::Algorithm& algorithm,
                   std::vector<std::int32_t> clients, bool balanced);

/// All of the clients as the formulas of the algorithm count them.
std::int64_t expected_flops(const algorithms::Algorithm& algorithm, const model::Network& network,
                            const hosting::Catalogue& catalogue, const std::vector<std::int32_t>& clients);

}  // namespace fedmeta::federate

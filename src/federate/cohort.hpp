// The clients of a round, with their weights, costs and ranks.
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
  std::vector<double> weights;        ///< each client's weight in the round's mean; they sum to 1
  std::vector<std::int64_t> cost;     ///< each client's algorithmic FLOPs, for F = 1
  std::vector<int> ranks;             ///< the rank that trains each client

  /// Returns the total cost of the rank with the most work.
  std::int64_t busiest_cost() const;
  /// Returns each client's FLOPs by the algorithm's formulas.
  std::vector<std::int64_t> client_flops(const model::Network& network) const;
  /// Returns the slots of the clients that `rank` trains, in order.
  std::vector<std::size_t> slots(int rank) const;
};

/// Makes a round's cohort. `balanced` is as in place_clients; a client's cost is its FLOPs.
Cohort make_cohort(const hosting::Catalogue& catalogue, const algorithms::Algorithm& algorithm,
                   std::vector<std::int32_t> clients, bool balanced);

}  // namespace fedmeta::federate

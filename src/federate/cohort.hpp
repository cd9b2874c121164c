// The clients of a round, and what follows from who they are.
#pragma once

#include <cstdint>
#include <vector>

#include "federate/algorithm.hpp"
#include "federate/catalogue.hpp"

namespace fedmeta::federate {

struct Cohort {
  std::vector<std::int32_t> clients;
  std::vector<double> weights;     ///< share of each in the round's mean
  std::vector<std::int64_t> cost;  ///< algorithmic FLOPs of each, for F = 1
  std::vector<int> ranks;          ///< who trains each

  /// Cost of the rank with the most to do.
  std::int64_t busiest_cost() const;
};

/// `balanced` as place_clients has it.
Cohort make_cohort(const Catalogue& catalogue, const Algorithm& algorithm, std::vector<std::int32_t> clients,
                   bool balanced);

}  // namespace fedmeta::federate

// MIXED: one network for all users' records, fine-tuned on each test user's (Chen et al. 2018, section 4.3).
#pragma once

#include <memory>

#include "algorithms/algorithm.hpp"

namespace fedmeta::algorithms {

/// Trained as fedsgd, with the outer step; tested as fedavg-meta, with the local optimiser. The paper: one
/// client a round, episodes of min(500, n_u / 2) records, 80,000 rounds, Adam.
std::unique_ptr<Algorithm> make_mixed(const Protocol& protocol);

}  // namespace fedmeta::algorithms

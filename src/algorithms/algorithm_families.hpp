// The algorithms by family; make_algorithm() finds them by name.
#pragma once

#include <memory>
#include <vector>

#include "algorithms/stages.hpp"

namespace fedmeta::algorithms {

/// How a test client goes through its support set (fedavg-meta, reptile, mixed and those of the inner loop).
inline learn::Passes at_test(const Protocol& protocol, const learn::Passes& otherwise) {
  return protocol.test_steps > 0 ? learn::Passes{1, long_batch, protocol.test_steps} : otherwise;
}

// local_algorithms.cpp: a client trains the server's parameters on its own samples.
std::unique_ptr<Algorithm> make_fedsgd(const Protocol& protocol);
/// fedavg, fedavg-meta and reptile: they differ in what the protocol says, and in whether they adapt.
std::unique_ptr<Algorithm> make_fedavg(const Protocol& protocol);
/// FedAvg, then Reptile.
std::vector<Stage> make_perfedavg(const Protocol& protocol);

// inner_loop_algorithms.cpp: a client adapts to its support set and is judged by its query set.
std::unique_ptr<Algorithm> make_fomaml(const Protocol& protocol);
std::unique_ptr<Algorithm> make_maml(const Protocol& protocol);
std::unique_ptr<Algorithm> make_meta_sgd(const Protocol& protocol);

}  // namespace fedmeta::algorithms

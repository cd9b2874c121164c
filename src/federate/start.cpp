#include "federate/start.hpp"

#include <ATen/ATen.h>

namespace fedmeta::federate {

at::Tensor initial_theta(const Start& start, const model::Network& network, std::int64_t seed) {
  if (start.model.defined()) return start.model.slice(0, 0, network.layout().size());
  return model::initial_parameters(network.layout(), start.initialisation, static_cast<std::uint64_t>(seed));
}

at::Tensor initial_phi(const Start& start, const model::Network& network,
                       const algorithms::Algorithm& algorithm, std::int64_t seed) {
  auto phi = algorithm.initial(initial_theta(start, network, seed));
  const auto p = network.layout().size();
  if (start.model.defined() && start.model.numel() == phi.numel())
    phi.slice(0, p).copy_(start.model.slice(0, p));
  return phi;
}

}  // namespace fedmeta::federate

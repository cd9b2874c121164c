#include "algorithms/algorithm.hpp"

#include <numeric>

namespace fedmeta::algorithms {

at::Tensor Algorithm::direction(const learn::Engine& engine, const at::Tensor& phi, const learn::Task& task,
                                const Random& order) const {
  learn::ClientStates fresh;
  return client_updates(engine, phi, {{task}, {order}}, fresh).directions[0];
}

std::vector<double> Algorithm::weights(const std::vector<std::int64_t>& samples,
                                       const std::vector<std::int64_t>& support) const {
  std::vector<double> weights(samples.size(), 1.0);
  if (round_options_.weighting != Weighting::uniform)
    for (std::size_t i = 0; i < samples.size(); ++i)
      weights[i] = static_cast<double>(round_options_.weighting == Weighting::query ? samples[i] - support[i]
                                                                                    : samples[i]);
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  for (double& weight : weights) weight /= sum;
  return weights;
}

}  // namespace fedmeta::algorithms

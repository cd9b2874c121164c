#include "algorithms/algorithm.hpp"

#include <numeric>
#include <utility>

#include "algorithms/algorithm_families.hpp"
#include "algorithms/mixed.hpp"
#include "base/error.hpp"

namespace fedmeta::algorithms {

at::Tensor Algorithm::direction(const learn::Engine& engine, const at::Tensor& phi, const learn::Task& task,
                                const Random& order) const {
  learn::ClientStates fresh;
  return client_updates(engine, phi, {{task}, {order}}, fresh).directions[0];
}

std::vector<double> Algorithm::weights(const std::vector<std::int64_t>& samples,
                                       const std::vector<std::int64_t>& support) const {
  std::vector<double> weights(samples.size(), 1.0);
  if (protocol_.weighting != Weighting::uniform)
    for (std::size_t i = 0; i < samples.size(); ++i)
      weights[i] =
          static_cast<double>(protocol_.weighting == Weighting::query ? samples[i] - support[i] : samples[i]);
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  for (double& weight : weights) weight /= sum;
  return weights;
}

const std::vector<std::string>& algorithm_names() {
  static const std::vector<std::string> names{"fedsgd",   "fedavg",  "fedavg-meta", "fomaml", "maml",
                                              "meta-sgd", "reptile", "perfedavg",   "mixed"};
  return names;
}

std::unique_ptr<Algorithm> make_algorithm(const Protocol& protocol) {
  const auto& name = protocol.algorithm;
  if (name == "fedsgd") return make_fedsgd(protocol);
  if (name == "fedavg" || name == "fedavg-meta" || name == "reptile") return make_fedavg(protocol);
  if (name == "fomaml") return make_fomaml(protocol);
  if (name == "maml") return make_maml(protocol);
  if (name == "meta-sgd") return make_meta_sgd(protocol);
  if (name == "perfedavg") return std::move(make_perfedavg(protocol).front().algorithm);
  if (name == "mixed") return make_mixed(protocol);
  throw Error(Status::usage, "unknown algorithm", "--algorithms " + name, "see --help for their names");
}

}  // namespace fedmeta::algorithms

#include "federate/algorithm.hpp"

#include <ATen/ATen.h>

#include <numeric>

#include "base/error.hpp"
#include "cost/formulas.hpp"
#include "federate/episode.hpp"
#include "federate/mixed.hpp"
#include "learn/inner_loop.hpp"
#include "learn/local_training.hpp"
#include "learn/unrolled.hpp"

namespace fedmeta::federate {
namespace {

using learn::Batch;
using learn::Contribution;
using learn::Engine;
using learn::Task;

std::unique_ptr<Engine> plain_engine(const model::Network& network) {
  return learn::make_autograd_engine(network, model::plain_products());
}

/// How a test client goes through its support set.
learn::Passes at_test(const Protocol& protocol, const learn::Passes& in_training) {
  return protocol.test_steps > 0 ? learn::Passes{1, long_batch, protocol.test_steps} : in_training;
}

class FedSgd final : public Algorithm {
 public:
  using Algorithm::Algorithm;

  Contribution contribute(const Engine& engine, const at::Tensor& phi, const Task& task,
                          Random) const override {
    return learn::fedsgd(engine, phi, task.all);
  }
  Contribution rederive(const model::Network& network, const at::Tensor& phi, const Task& task,
                        Random order) const override {
    return contribute(*plain_engine(network), phi, task, order);
  }
  std::int64_t flops(std::int64_t f, std::int64_t samples, std::int64_t) const override {
    return cost::local_flops(f, samples);
  }
  at::Tensor adapt(const Engine&, const at::Tensor& phi, const Batch&, Random) const override { return phi; }
  bool adapts() const override { return false; }
  std::unique_ptr<learn::Optimizer> server_optimizer() const override {
    return learn::make_optimizer(protocol().outer_optimizer, protocol().outer_lr);
  }
};

/// FedAvg, tested as it is or after fine-tuning (FedAvg(Meta)): one training serves both.
class FedAvg final : public Algorithm {
 public:
  using Algorithm::Algorithm;

  Contribution contribute(const Engine& engine, const at::Tensor& phi, const Task& task,
                          Random order) const override {
    const auto optimizer = local_optimizer();
    return learn::fedavg(engine, phi, learn::minibatches(task.all, protocol().local, &order), *optimizer);
  }
  Contribution rederive(const model::Network& network, const at::Tensor& phi, const Task& task,
                        Random order) const override {
    return contribute(*plain_engine(network), phi, task, order);
  }
  std::int64_t flops(std::int64_t f, std::int64_t samples, std::int64_t) const override {
    return cost::local_flops(f, learn::rows_processed(samples, protocol().local));
  }
  // One epoch over the support set with the optimiser, rate and batch size of training (REFERENCE, A10).
  at::Tensor adapt(const Engine& engine, const at::Tensor& phi, const Batch& support,
                   Random order) const override {
    const auto optimizer = local_optimizer();
    const auto passes = at_test(protocol(), {1, protocol().local.batch, 0});
    return learn::train_locally(engine, phi, support, passes, *optimizer, order).theta;
  }
  bool adapts() const override { return protocol().algorithm == "fedavg-meta"; }
  std::unique_ptr<learn::Optimizer> server_optimizer() const override {
    const auto& p = protocol();
    if (p.server_optimizer == "average") return learn::make_sgd(1);
    if (p.server_optimizer == "sgd") return learn::make_sgd(p.server_lr, p.server_momentum);
    return learn::make_optimizer(p.server_optimizer, p.server_lr);
  }

 private:
  std::unique_ptr<learn::Optimizer> local_optimizer() const {
    return learn::make_optimizer(protocol().local_optimizer, protocol().local_lr);
  }
};

/// What the algorithms with an inner loop share.
class InnerLoopAlgorithm : public Algorithm {
 public:
  using Algorithm::Algorithm;

  std::unique_ptr<learn::Optimizer> server_optimizer() const override {
    return learn::make_optimizer(protocol().outer_optimizer, protocol().outer_lr);
  }

 protected:
  // In the order of the division: a random one, unless the user wants otherwise (REFERENCE, A4).
  // Without a Random the batches have no dropout keys: in inner loops dropout is off.
  std::vector<Batch> steps(const Batch& support) const {
    return learn::minibatches(support, protocol().inner);
  }
  std::vector<Batch> test_steps(const Batch& support) const {
    return learn::minibatches(support, at_test(protocol(), protocol().inner));
  }
  std::int64_t inner_rows(std::int64_t support) const {
    return learn::rows_processed(support, protocol().inner);
  }
};

class Fomaml final : public InnerLoopAlgorithm {
 public:
  using InnerLoopAlgorithm::InnerLoopAlgorithm;

  Contribution contribute(const Engine& engine, const at::Tensor& phi, const Task& task,
                          Random) const override {
    return learn::fomaml(engine, phi, protocol().inner_lr, steps(task.support()), task.query());
  }
  Contribution rederive(const model::Network& network, const at::Tensor& phi, const Task& task,
                        Random order) const override {
    return contribute(*plain_engine(network), phi, task, order);
  }
  std::int64_t flops(std::int64_t f, std::int64_t samples, std::int64_t support) const override {
    return cost::fomaml_flops(f, inner_rows(support), samples - support);
  }
  at::Tensor adapt(const Engine& engine, const at::Tensor& phi, const Batch& support, Random) const override {
    return learn::adapt(engine, phi, learn::InnerRate(protocol().inner_lr), test_steps(support));
  }
};

class Maml final : public InnerLoopAlgorithm {
 public:
  using InnerLoopAlgorithm::InnerLoopAlgorithm;

  Contribution contribute(const Engine& engine, const at::Tensor& phi, const Task& task,
                          Random) const override {
    return learn::maml(engine, phi, protocol().inner_lr, steps(task.support()), task.query());
  }
  Contribution rederive(const model::Network& network, const at::Tensor& phi, const Task& task,
                        Random) const override {
    const auto alpha = at::full({}, protocol().inner_lr, phi.options());
    return learn::unrolled_meta_gradient(network, phi, alpha, steps(task.support()), task.query(), false);
  }
  std::int64_t flops(std::int64_t f, std::int64_t samples, std::int64_t support) const override {
    return cost::maml_flops(f, inner_rows(support), samples - support);
  }
  at::Tensor adapt(const Engine& engine, const at::Tensor& phi, const Batch& support, Random) const override {
    return learn::adapt(engine, phi, learn::InnerRate(protocol().inner_lr), test_steps(support));
  }
};

/// alpha starts at the inner rate in every coordinate; the server's rate is the same for theta and alpha.
class MetaSgd final : public InnerLoopAlgorithm {
 public:
  using InnerLoopAlgorithm::InnerLoopAlgorithm;

  at::Tensor initial(const at::Tensor& theta) const override {
    return at::cat({theta, at::full_like(theta, protocol().inner_lr)});
  }
  at::Tensor theta(const at::Tensor& phi) const override { return phi.slice(0, 0, phi.size(0) / 2); }
  std::int64_t sent_parameters(std::int64_t p) const override { return 2 * p; }

  Contribution contribute(const Engine& engine, const at::Tensor& phi, const Task& task,
                          Random) const override {
    return learn::meta_sgd(engine, theta(phi), alpha(phi), steps(task.support()), task.query());
  }
  Contribution rederive(const model::Network& network, const at::Tensor& phi, const Task& task,
                        Random) const override {
    return learn::unrolled_meta_gradient(network, theta(phi), alpha(phi), steps(task.support()), task.query(),
                                         true);
  }
  std::int64_t flops(std::int64_t f, std::int64_t samples, std::int64_t support) const override {
    return cost::maml_flops(f, inner_rows(support), samples - support);
  }
  at::Tensor adapt(const Engine& engine, const at::Tensor& phi, const Batch& support, Random) const override {
    return learn::adapt(engine, theta(phi), learn::InnerRate(alpha(phi)), test_steps(support));
  }

 private:
  static at::Tensor alpha(const at::Tensor& phi) { return phi.slice(0, phi.size(0) / 2); }
};

std::unique_ptr<Algorithm> make_named(const Protocol& protocol) {
  const auto& name = protocol.algorithm;
  if (name == "fedsgd") return std::make_unique<FedSgd>(protocol);
  if (name == "fedavg" || name == "fedavg-meta") return std::make_unique<FedAvg>(protocol);
  if (name == "fomaml") return std::make_unique<Fomaml>(protocol);
  if (name == "maml") return std::make_unique<Maml>(protocol);
  if (name == "meta-sgd") return std::make_unique<MetaSgd>(protocol);
  if (name == "mixed") return make_mixed(protocol);
  throw Error(Status::usage, "unknown algorithm", "--algorithms " + name, "see --help for their names");
}

}  // namespace

std::vector<double> Algorithm::weights(const std::vector<std::int64_t>& samples,
                                       const std::vector<std::int64_t>& support) const {
  std::vector<double> weights(samples.size(), 1.0);
  if (protocol_.weighting != "uniform")
    for (std::size_t i = 0; i < samples.size(); ++i)
      weights[i] = static_cast<double>(protocol_.weighting == "query" ? samples[i] - support[i] : samples[i]);
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  for (double& weight : weights) weight /= sum;
  return weights;
}

const std::vector<std::string>& algorithm_names() {
  static const std::vector<std::string> names{"fedsgd", "fedavg",   "fedavg-meta", "fomaml",
                                              "maml",   "meta-sgd", "mixed"};
  return names;
}

std::unique_ptr<Algorithm> make_algorithm(const Protocol& protocol) {
  auto algorithm = make_named(protocol);
  return protocol.episode_samples > 0 ? make_episodic(std::move(algorithm)) : std::move(algorithm);
}

}  // namespace fedmeta::federate

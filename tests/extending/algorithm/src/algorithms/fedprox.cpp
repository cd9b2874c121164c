// FedProx (Li et al. 2020): FedAvg whose clients are pulled back to the server's parameters phi, by a term
// mu / 2 |theta - phi|^2 of their loss.
#include <ATen/ATen.h>

#include "algorithms/local_algorithm.hpp"
#include "algorithms/method.hpp"
#include "algorithms/option_groups.hpp"
#include "base/text.hpp"

namespace fedmeta::algorithms {
namespace {

struct FedProxOptions {
  RoundOptions rounds;
  LocalTraining local;
  ServerOptions server;
  double mu = 0.01;

  OptionTable rows() {
    auto training = local_group(local, server);
    training.row("prox-mu", mu, options::not_negative, "Weight of the pull back to the server's parameters");
    return {training_group(rounds), training, production_group(rounds)};
  }
  void check() const {
    check_server(server, "");
    check_beta1(local.beta1, "local-beta1");
  }
  std::string describe() const { return local_text(local, server) + "; mu " + general(mu); }
};

/// Adds the gradient of the pull, mu (theta - phi), to what another rule steps along.
class Pulled final : public learn::Optimizer {
 public:
  Pulled(std::unique_ptr<learn::Optimizer> rule, at::Tensor phi, double mu)
      : rule_(std::move(rule)), phi_(std::move(phi)), mu_(mu) {}

  void step(const std::vector<at::Tensor>& thetas, const std::vector<learn::StepDirection>& directions,
            const std::vector<learn::OptimizerState*>& states) const override {
    std::vector<learn::StepDirection> pulled;
    for (std::size_t i = 0; i < thetas.size(); ++i)
      pulled.emplace_back(directions[i].formed() + mu_ * (thetas[i] - phi_));
    rule_->step(thetas, pulled, states);
  }

 private:
  std::unique_ptr<learn::Optimizer> rule_;
  at::Tensor phi_;
  double mu_;
};

class FedProx final : public LocalAlgorithm {
 public:
  explicit FedProx(const FedProxOptions& options)
      : LocalAlgorithm(options.rounds, options.local, options.server), mu_(options.mu) {}

  learn::Updates client_updates(const learn::Engine& engine, const at::Tensor& phi, const learn::Group& group,
                                learn::ClientStates& states) const override {
    auto orders = group.orders;
    const auto steps =
        learn::minibatches(training_sets(group), local().passes, &orders, engine.has_dropout());
    const Pulled optimizer(local().make_optimizer(), phi, mu_);
    return learn::fedavg(engine, phi, steps, optimizer, states, local().direction);
  }

 private:
  double mu_;
};

}  // namespace

std::unique_ptr<MethodOptions> make_fedprox() {
  return std::make_unique<MethodWithRounds<FedProxOptions, FedProx>>();
}

}  // namespace fedmeta::algorithms

#include "learn/optimizer.hpp"

#include <ATen/ATen.h>

namespace fedmeta::learn {
namespace {

class Sgd final : public Optimizer {
 public:
  Sgd(double rate, double momentum, double weight_decay)
      : rate_(rate), momentum_(momentum), weight_decay_(weight_decay) {}

  void step(const std::vector<at::Tensor>& thetas, const std::vector<at::Tensor>& directions,
            const std::vector<OptimizerState*>& states) const override {
    for (std::size_t i = 0; i < thetas.size(); ++i) step_one(thetas[i], directions[i], *states[i]);
  }

 private:
  void step_one(const at::Tensor& theta, const at::Tensor& direction, OptimizerState& state) const {
    const auto g = weight_decay_ == 0 ? direction : at::add(direction, theta, weight_decay_);
    if (momentum_ == 0) {
      theta.sub_(g, rate_);
      return;
    }
    auto& velocity = state["velocity"];
    if (!velocity.defined()) velocity = at::zeros_like(theta);
    velocity.mul_(momentum_).add_(g);
    theta.sub_(velocity, rate_);
  }

  double rate_, momentum_, weight_decay_;
};

class Adam final : public Optimizer {
 public:
  Adam(double rate, double weight_decay, double beta1)
      : rate_(rate), weight_decay_(weight_decay), beta1_(beta1) {}

  void step(const std::vector<at::Tensor>& thetas, const std::vector<at::Tensor>& directions,
            const std::vector<OptimizerState*>& states) const override {
    std::vector<at::Tensor> means, squares, steps;
    for (std::size_t i = 0; i < thetas.size(); ++i) {
      auto& state = *states[i];
      if (state.empty())
        state = {{"mean", at::zeros_like(thetas[i])},
                 {"square", at::zeros_like(thetas[i])},
                 {"steps", at::zeros({}, thetas[i].options().dtype(at::kFloat))}};
      means.push_back(state["mean"]);
      squares.push_back(state["square"]);
      steps.push_back(state["steps"].add_(1));
    }
    at::_fused_adam_(thetas, directions, means, squares, {}, steps, rate_, beta1_,
                     /*beta2=*/0.999, weight_decay_, /*eps=*/1e-8, /*amsgrad=*/false, /*maximize=*/false);
  }

 private:
  double rate_, weight_decay_, beta1_;
};

}  // namespace

std::unique_ptr<Optimizer> make_sgd(double rate, double momentum, double weight_decay) {
  return std::make_unique<Sgd>(rate, momentum, weight_decay);
}

std::unique_ptr<Optimizer> make_adam(double rate, double weight_decay, double beta1) {
  return std::make_unique<Adam>(rate, weight_decay, beta1);
}

}  // namespace fedmeta::learn

#include "learn/optimizer.hpp"

#include <ATen/ATen.h>

#include "kernels/group_adam.hpp"

namespace fedmeta::learn {
namespace {

// Steps of several clients are one call each, which on a GPU is one kernel.

void set_to_zero(const std::vector<at::Tensor>& fresh) {
  if (!fresh.empty()) at::_foreach_zero_(fresh);
}

class Sgd final : public Optimizer {
 public:
  Sgd(double rate, double momentum, double weight_decay)
      : rate_(rate), momentum_(momentum), weight_decay_(weight_decay) {}

  void step(const std::vector<at::Tensor>& thetas, const std::vector<at::Tensor>& directions,
            const std::vector<OptimizerState*>& states) const override {
    const auto g =
        weight_decay_ == 0 ? directions : at::_foreach_add(directions, thetas, /*alpha=*/weight_decay_);
    at::_foreach_sub_(thetas, momentum_ == 0 ? g : velocities(g, states), /*alpha=*/rate_);
  }

 private:
  std::vector<at::Tensor> velocities(const std::vector<at::Tensor>& g,
                                     const std::vector<OptimizerState*>& states) const {
    std::vector<at::Tensor> velocities, fresh;
    for (std::size_t i = 0; i < g.size(); ++i) {
      auto& velocity = (*states[i])["velocity"];
      if (!velocity.defined()) fresh.push_back(velocity = at::empty_like(g[i]));
      velocities.push_back(velocity);
    }
    set_to_zero(fresh);
    at::_foreach_mul_(velocities, momentum_);
    at::_foreach_add_(velocities, g);
    return velocities;
  }

  double rate_, momentum_, weight_decay_;
};

class Adam final : public Optimizer {
 public:
  Adam(double rate, double weight_decay, double beta1)
      : rate_(rate), weight_decay_(weight_decay), beta1_(beta1) {}

  void step(const std::vector<at::Tensor>& thetas, const std::vector<at::Tensor>& directions,
            const std::vector<OptimizerState*>& states) const override {
    kernels::AdamVectors vectors{thetas, directions, {}, {}, {}};
    std::vector<at::Tensor> fresh;
    for (std::size_t i = 0; i < thetas.size(); ++i) {
      auto& state = *states[i];
      if (state.empty()) {
        state = {{"mean", at::empty_like(thetas[i])},
                 {"square", at::empty_like(thetas[i])},
                 {"steps", at::empty({}, thetas[i].options().dtype(at::kFloat))}};
        for (const auto& [name, memory] : state) fresh.push_back(memory);
      }
      vectors.means.push_back(state["mean"]);
      vectors.squares.push_back(state["square"]);
      vectors.steps.push_back(state["steps"]);
    }
    set_to_zero(fresh);
    at::_foreach_add_(vectors.steps, 1);
    const kernels::AdamRule rule{rate_, beta1_, /*beta2=*/0.999, /*eps=*/1e-8, weight_decay_};
    kernels::group_adam(thetas.front()).step(vectors, rule);
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

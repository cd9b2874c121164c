#include "learn/optimizer.hpp"

#include <ATen/ATen.h>

#include "kernels/factored_steps.hpp"
#include "kernels/group_adam.hpp"

namespace fedmeta::learn {
namespace {

// Steps of several clients are one call each, which on a GPU is one kernel.

void set_to_zero(const std::vector<at::Tensor>& fresh) {
  if (!fresh.empty()) at::_foreach_zero_(fresh);
}

std::vector<at::Tensor> formed(const std::vector<StepDirection>& directions) {
  std::vector<at::Tensor> all;
  for (const auto& direction : directions) all.push_back(direction.formed());
  return all;
}

class Sgd final : public Optimizer {
 public:
  Sgd(double rate, double momentum, double weight_decay)
      : rate_(rate), momentum_(momentum), weight_decay_(weight_decay) {}

  void step(const std::vector<at::Tensor>& thetas, const std::vector<StepDirection>& directions,
            const std::vector<OptimizerState*>& states) const override {
    auto g = formed(directions);
    if (weight_decay_ != 0) g = at::_foreach_add(g, thetas, /*alpha=*/weight_decay_);
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

  void step(const std::vector<at::Tensor>& thetas, const std::vector<StepDirection>& directions,
            const std::vector<OptimizerState*>& states) const override {
    prepare(thetas, directions, states);
    kernels::AdamVectors vectors;
    const auto add = [&](const at::Tensor& theta, const at::Tensor& g, const at::Tensor& mean,
                         const at::Tensor& square, const at::Tensor& steps) {
      vectors.thetas.push_back(theta);
      vectors.directions.push_back(g);
      vectors.means.push_back(mean);
      vectors.squares.push_back(square);
      vectors.steps.push_back(steps);
    };
    const kernels::AdamRule rule{rate_, beta1_, /*beta2=*/0.999, /*eps=*/1e-8, weight_decay_};
    for (std::size_t i = 0; i < thetas.size(); ++i) {
      const auto& [g, block] = directions[i];
      auto& state = *states[i];
      const auto &mean = state["mean"], &square = state["square"], &steps = state["steps"];
      if (!block) {
        add(thetas[i], g, mean, square, steps);
        continue;
      }
      const auto thetas_around = block->around(thetas[i]), g_around = block->around(g),
                 means_around = block->around(mean), squares_around = block->around(square);
      for (const std::size_t part : {0, 1})
        add(thetas_around[part], g_around[part], means_around[part], squares_around[part], steps);
      kernels::adam_step({block->of(thetas[i]), block->of(mean), block->of(square)}, block->factors, rule,
                         steps);
    }
    kernels::group_adam(thetas.front()).step(vectors, rule);
  }

 private:
  /// Makes the states of clients that have none, and counts the step.
  static void prepare(const std::vector<at::Tensor>& thetas, const std::vector<StepDirection>& directions,
                      const std::vector<OptimizerState*>& states) {
    std::vector<at::Tensor> fresh, steps;
    for (std::size_t i = 0; i < thetas.size(); ++i) {
      auto& state = *states[i];
      if (state.empty()) {
        state = {{"mean", at::empty_like(thetas[i])},
                 {"square", at::empty_like(thetas[i])},
                 {"steps", at::empty({}, thetas[i].options().dtype(at::kFloat))}};
        fresh.push_back(state["steps"]);
        for (const auto& moment : {state["mean"], state["square"]}) {
          if (!directions[i].block) {
            fresh.push_back(moment);
            continue;
          }
          for (const auto& part : directions[i].block->around(moment)) fresh.push_back(part);
        }
      }
      steps.push_back(state["steps"]);
    }
    set_to_zero(fresh);
    at::_foreach_add_(steps, 1);
  }

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

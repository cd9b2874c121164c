#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/autograd.h>

#include "learn/engine.hpp"

namespace fedmeta::learn {
namespace {

class AutogradEngine final : public Engine {
 public:
  AutogradEngine(const model::Network& network, const model::Products& products)
      : network_(network), products_(products) {}

  Gradient gradient(const at::Tensor& theta, const Batch& batch) const override {
    const at::AutoGradMode record(true);
    const auto weights = leaves(theta);
    const auto loss = mean_loss(weights, batch);
    return {network_.layout().flatten(torch::autograd::grad({loss}, weights)), loss.detach()};
  }

  // grad(<grad L, v>): differentiating the gradient along v (Pearlmutter 1994).
  HessianProduct hessian_product(const at::Tensor& theta, const Batch& batch, const at::Tensor& v,
                                 bool with_gradient) const override {
    const at::AutoGradMode record(true);
    const auto weights = leaves(theta);
    const auto gradient =
        torch::autograd::grad({mean_loss(weights, batch)}, weights, {}, std::nullopt, /*create_graph=*/true);
    const auto product = torch::autograd::grad(gradient, weights, network_.layout().views(v));
    const at::NoGradGuard plain;
    return {with_gradient ? network_.layout().flatten(gradient) : at::Tensor(),
            network_.layout().flatten(product)};
  }

  bool has_dropout() const override { return network_.has_dropout(); }

  at::Tensor scores(const at::Tensor& theta, const at::Tensor& x) const override {
    const at::NoGradGuard plain;
    return network_.logits(network_.layout().views(theta), x, products_, /*dropout=*/0);
  }

 private:
  /// Each layer's view of theta as a leaf of its own: gradients then come layer by layer, without one
  /// full-size buffer for each.
  model::Weights leaves(const at::Tensor& theta) const {
    auto weights = network_.layout().views(theta);
    for (auto& weight : weights) weight = weight.detach().requires_grad_();
    return weights;
  }

  at::Tensor mean_loss(const model::Weights& weights, const Batch& batch) const {
    return model::cross_entropy(network_.logits(weights, batch.x, products_, batch.dropout), batch.y);
  }

  const model::Network& network_;
  const model::Products& products_;
};

}  // namespace

std::unique_ptr<Engine> make_autograd_engine(const model::Network& network, const model::Products& products) {
  return std::make_unique<AutogradEngine>(network, products);
}

}  // namespace fedmeta::learn

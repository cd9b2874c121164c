#include "engine/autograd_engine.hpp"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/autograd.h>

#include <utility>

#include "cost/work_done.hpp"
#include "engine/client_engine.hpp"

namespace fedmeta::engine {
namespace {

class AutogradLoss final : public BatchLoss {
 public:
  AutogradLoss(const model::Network& network, const model::Products& products, at::Tensor theta,
               learn::Batch batch)
      : network_(network), products_(products), theta_(std::move(theta)), batch_(std::move(batch)) {}

  Gradient gradient() override {
    const at::AutoGradMode record(true);
    const auto weights = leaves();
    const auto loss = mean_loss(weights);
    cost::count_work({.gradient_rows = batch_.rows()});
    return {network_.layout().flatten(torch::autograd::grad({loss}, weights)), loss.detach()};
  }

  // Computes grad(<grad L, v>): the gradient differentiated along v (Pearlmutter 1994).
  HessianProduct hessian_product(const at::Tensor& v, bool with_gradient) override {
    const at::AutoGradMode record(true);
    const auto weights = leaves();
    const auto gradient =
        torch::autograd::grad({mean_loss(weights)}, weights, {}, std::nullopt, /*create_graph=*/true);
    const auto product = torch::autograd::grad(gradient, weights, network_.layout().views(v));
    cost::count_work({.hessian_rows = batch_.rows()});
    const at::NoGradGuard plain;
    return {with_gradient ? network_.layout().flatten(gradient) : at::Tensor(),
            network_.layout().flatten(product)};
  }

 private:
  /// Returns each layer's view of theta as its own leaf, so that gradients come layer by layer, without a
  /// full-size buffer for each.
  model::Weights leaves() const {
    auto weights = network_.layout().views(theta_);
    for (auto& weight : weights) weight = weight.detach().requires_grad_();
    return weights;
  }

  at::Tensor mean_loss(const model::Weights& weights) const {
    return model::cross_entropy(network_.logits(weights, batch_.x, products_, batch_.dropout), batch_.y);
  }

  const model::Network& network_;
  const model::Products& products_;
  const at::Tensor theta_;
  const learn::Batch batch_;
};

class AutogradEngine final : public ClientEngine {
 public:
  AutogradEngine(const model::Network& network, const model::Products& products)
      : network_(network), products_(products) {}

  bool has_dropout() const override { return network_.has_dropout(); }

 protected:
  std::unique_ptr<BatchLoss> client_loss(const at::Tensor& theta, const learn::Batch& batch) const override {
    return std::make_unique<AutogradLoss>(network_, products_, theta, batch);
  }
  at::Tensor client_scores(const at::Tensor& theta, const at::Tensor& x) const override {
    const at::NoGradGuard plain;
    return network_.logits(network_.layout().views(theta), x, products_, /*dropout=*/0);
  }

 private:
  const model::Network& network_;
  const model::Products& products_;
};

}  // namespace

std::unique_ptr<learn::Engine> make_autograd_engine(const model::Network& network,
                                                    const model::Products& products) {
  return std::make_unique<AutogradEngine>(network, products);
}

}  // namespace fedmeta::engine

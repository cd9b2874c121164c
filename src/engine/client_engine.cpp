#include "engine/client_engine.hpp"

#include <ATen/ATen.h>

#include <utility>

namespace fedmeta::engine {
namespace {

class ClientLosses final : public learn::GroupLoss {
 public:
  /// `losses` has null for clients without a batch.
  ClientLosses(at::Tensor thetas, std::vector<std::unique_ptr<BatchLoss>> losses)
      : thetas_(std::move(thetas)), losses_(std::move(losses)) {}

  learn::Gradients gradients() override {
    const auto g = passing_gradients();
    return {g.values.formed(), g.losses};
  }

  learn::PassingGradients passing_gradients() override {
    std::vector<at::Tensor> values, losses;
    std::vector<std::optional<learn::BlockFactors>> blocks;
    for (std::size_t i = 0; i < losses_.size(); ++i) {
      auto g = losses_[i] ? losses_[i]->gradient() : Gradient{nothing(i), at::zeros({}, thetas_.options())};
      values.push_back(std::move(g.value));
      losses.push_back(std::move(g.loss));
      blocks.push_back(std::move(g.block));
    }
    return {{as_rows(values), std::move(blocks)}, as_rows(losses)};
  }

  learn::HessianProducts hessian_products(const at::Tensor& v, bool with_gradients) override {
    const auto h = products(v, with_gradients);
    return {h.gradients.formed(), h.values.formed()};
  }

  learn::PassingProducts passing_hessian_products(const at::Tensor& v) override { return products(v, true); }

 private:
  learn::PassingProducts products(const at::Tensor& v, bool with_gradients) const {
    std::vector<at::Tensor> gradients, values;
    std::vector<std::optional<learn::BlockFactors>> gradient_blocks, value_blocks;
    for (std::size_t i = 0; i < losses_.size(); ++i) {
      auto h = losses_[i] ? losses_[i]->hessian_product(learn::of_client(v, i), with_gradients)
                          : HessianProduct{nothing(i), nothing(i)};
      gradients.push_back(std::move(h.gradient));
      values.push_back(std::move(h.value));
      gradient_blocks.push_back(std::move(h.gradient_block));
      value_blocks.push_back(std::move(h.value_block));
    }
    learn::PassingProducts all{{}, {as_rows(values), std::move(value_blocks)}};
    if (with_gradients) all.gradients = {as_rows(gradients), std::move(gradient_blocks)};
    return all;
  }
  at::Tensor nothing(std::size_t client) const { return at::zeros_like(learn::of_client(thetas_, client)); }

  const at::Tensor thetas_;
  const std::vector<std::unique_ptr<BatchLoss>> losses_;
};

}  // namespace

at::Tensor as_rows(const std::vector<at::Tensor>& clients) {
  return clients.size() == 1 ? clients.front().unsqueeze(0) : at::stack(clients);
}

std::unique_ptr<learn::GroupLoss> ClientEngine::loss(const at::Tensor& thetas,
                                                     const learn::Batches& batches) const {
  std::vector<std::unique_ptr<BatchLoss>> losses;
  for (std::size_t i = 0; i < batches.size(); ++i)
    losses.push_back(batches[i].rows() > 0 ? client_loss(learn::of_client(thetas, i), batches[i]) : nullptr);
  return std::make_unique<ClientLosses>(thetas, std::move(losses));
}

std::vector<at::Tensor> ClientEngine::scores(const at::Tensor& thetas, const learn::Batches& batches) const {
  std::vector<at::Tensor> scores;
  for (std::size_t i = 0; i < batches.size(); ++i)
    scores.push_back(batches[i].rows() > 0 ? client_scores(learn::of_client(thetas, i), batches[i].x)
                                           : at::Tensor());
  return scores;
}

}  // namespace fedmeta::engine

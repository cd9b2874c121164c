#include "engine/unrolled.hpp"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/autograd.h>

namespace fedmeta::engine {

Gradient unrolled_meta_gradient(const model::Network& network, const at::Tensor& theta,
                                const at::Tensor& alpha, const std::vector<learn::Batch>& steps,
                                const learn::Batch& query, bool wrt_alpha, const model::Products& products) {
  const at::AutoGradMode record(true);
  const auto loss = [&](const at::Tensor& at, const learn::Batch& batch) {
    const auto weights = network.layout().views(at);
    return model::cross_entropy(network.logits(weights, batch.x, products, batch.dropout), batch.y);
  };
  const auto start = theta.detach().requires_grad_();
  const auto rate = alpha.detach().requires_grad_(wrt_alpha);
  auto adapted = start;
  for (const auto& batch : steps) {
    const auto g =
        torch::autograd::grad({loss(adapted, batch)}, {adapted}, {}, std::nullopt, /*create_graph=*/true)[0];
    adapted = adapted - rate * g;
  }
  const auto query_loss = loss(adapted, query);
  std::vector<at::Tensor> inputs{start};
  if (wrt_alpha) inputs.push_back(rate);
  return {at::cat(torch::autograd::grad({query_loss}, inputs)), query_loss.detach()};
}

}  // namespace fedmeta::engine

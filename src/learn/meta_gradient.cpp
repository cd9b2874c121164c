#include "learn/meta_gradient.hpp"

#include <ATen/ATen.h>

namespace fedmeta::learn {
namespace {

/// The inner loop, with the loss of each step for the way back.
struct InnerPath {
  std::vector<std::unique_ptr<BatchLoss>> losses;
  at::Tensor adapted;

  InnerPath(const Engine& engine, const at::Tensor& theta, const InnerRate& alpha,
            const std::vector<Batch>& steps)
      : adapted(theta) {
    for (const auto& batch : steps) {
      losses.push_back(engine.loss(adapted, batch));
      adapted = alpha.step(adapted, losses.back()->gradient().value);
    }
  }
};

Contribution exact_maml(const Engine& engine, const at::Tensor& theta, double alpha,
                        const std::vector<Batch>& steps, const Batch& query) {
  InnerPath path(engine, theta, InnerRate(alpha), steps);
  auto [v, loss] = engine.gradient(path.adapted, query);
  for (; !path.losses.empty(); path.losses.pop_back())
    v.sub_(path.losses.back()->hessian_product(v, false).value, alpha);
  return {v, loss};
}

Contribution exact_meta_sgd(const Engine& engine, const at::Tensor& theta, const InnerRate& alpha,
                            const std::vector<Batch>& steps, const Batch& query) {
  InnerPath path(engine, theta, alpha, steps);
  auto [v, loss] = engine.gradient(path.adapted, query);
  auto a = at::zeros_like(theta);
  for (; !path.losses.empty(); path.losses.pop_back()) {
    const auto h = path.losses.back()->hessian_product(alpha.scale(v), true);
    a.addcmul_(h.gradient, v, -1);
    v.sub_(h.value);
  }
  return {at::cat({v, a}), loss};
}

Contribution first_order_with_rates(const Engine& engine, const at::Tensor& theta, const InnerRate& alpha,
                                    const std::vector<Batch>& steps, const Batch& query) {
  auto adapted = theta;
  auto sum = at::zeros_like(theta);
  for (const auto& batch : steps) {
    const auto g = engine.gradient(adapted, batch).value;
    sum.add_(g);
    adapted = alpha.step(adapted, g);
  }
  const auto [v, loss] = engine.gradient(adapted, query);
  return {at::cat({v, -sum * v}), loss};
}

}  // namespace

Contribution Engine::meta_gradient(const at::Tensor& theta, const InnerRate& alpha, Order order,
                                   const std::vector<Batch>& steps, const Batch& query) const {
  if (auto fused = fused_meta_gradient(theta, alpha, order, steps, query, nullptr)) return *fused;
  if (const auto scalar = alpha.scalar())
    return order == Order::first ? fedsgd(*this, adapt(theta, alpha, steps), query)
                                 : exact_maml(*this, theta, *scalar, steps, query);
  return order == Order::first ? first_order_with_rates(*this, theta, alpha, steps, query)
                               : exact_meta_sgd(*this, theta, alpha, steps, query);
}

Contribution fedsgd(const Engine& engine, const at::Tensor& theta, const Batch& data) {
  const auto g = engine.gradient(theta, data);
  return {g.value, g.loss};
}

Contribution fomaml(const Engine& engine, const at::Tensor& theta, double alpha,
                    const std::vector<Batch>& steps, const Batch& query) {
  return engine.meta_gradient(theta, InnerRate(alpha), Order::first, steps, query);
}

Contribution maml(const Engine& engine, const at::Tensor& theta, double alpha,
                  const std::vector<Batch>& steps, const Batch& query) {
  return engine.meta_gradient(theta, InnerRate(alpha), Order::exact, steps, query);
}

Contribution first_order_meta_sgd(const Engine& engine, const at::Tensor& theta, const at::Tensor& alpha,
                                  const std::vector<Batch>& steps, const Batch& query) {
  return engine.meta_gradient(theta, InnerRate(alpha), Order::first, steps, query);
}

Contribution meta_sgd(const Engine& engine, const at::Tensor& theta, const at::Tensor& alpha,
                      const std::vector<Batch>& steps, const Batch& query) {
  return engine.meta_gradient(theta, InnerRate(alpha), Order::exact, steps, query);
}

}  // namespace fedmeta::learn

#include "learn/meta_gradient.hpp"

#include <ATen/ATen.h>

#include "learn/inner_loop.hpp"

namespace fedmeta::learn {

Contribution fedsgd(const Engine& engine, const at::Tensor& theta, const Batch& data) {
  const auto g = engine.gradient(theta, data);
  return {g.value, g.loss};
}

Contribution fomaml(const Engine& engine, const at::Tensor& theta, double alpha,
                    const std::vector<Batch>& steps, const Batch& query) {
  return fedsgd(engine, adapt(engine, theta, InnerRate(alpha), steps), query);
}

Contribution maml(const Engine& engine, const at::Tensor& theta, double alpha,
                  const std::vector<Batch>& steps, const Batch& query) {
  auto path = inner_path(engine, theta, InnerRate(alpha), steps);
  auto [v, loss] = engine.gradient(path.back(), query);
  for (std::size_t k = steps.size(); k-- > 0;) {
    path.pop_back();
    v.sub_(engine.hessian_product(path.back(), steps[k], v, false).value, alpha);
  }
  return {v, loss};
}

Contribution first_order_meta_sgd(const Engine& engine, const at::Tensor& theta, const at::Tensor& alpha,
                                  const std::vector<Batch>& steps, const Batch& query) {
  const InnerRate rate(alpha);
  auto adapted = theta;
  auto sum = at::zeros_like(theta);
  for (const auto& batch : steps) {
    const auto g = engine.gradient(adapted, batch).value;
    sum.add_(g);
    adapted = rate.step(adapted, g);
  }
  const auto [v, loss] = engine.gradient(adapted, query);
  return {at::cat({v, -sum * v}), loss};
}

Contribution meta_sgd(const Engine& engine, const at::Tensor& theta, const at::Tensor& alpha,
                      const std::vector<Batch>& steps, const Batch& query) {
  const InnerRate rate(alpha);
  auto path = inner_path(engine, theta, rate, steps);
  auto [v, loss] = engine.gradient(path.back(), query);
  auto a = at::zeros_like(alpha);
  for (std::size_t k = steps.size(); k-- > 0;) {
    path.pop_back();
    const auto h = engine.hessian_product(path.back(), steps[k], rate.scale(v), true);
    a.addcmul_(h.gradient, v, -1);
    v.sub_(h.value);
  }
  return {at::cat({v, a}), loss};
}

}  // namespace fedmeta::learn

#include "learn/meta_gradient.hpp"

#include <ATen/ATen.h>

#include <iterator>
#include <memory>
#include <optional>
#include <vector>

#include "kernels/factored_steps.hpp"

namespace fedmeta::learn {
namespace {

/// The inner loop, with the losses of each step for the backward pass.
struct InnerPath {
  std::vector<std::unique_ptr<GroupLoss>> losses;
  at::Tensor adapted;

  InnerPath(const Engine& engine, const at::Tensor& theta, const InnerRate& alpha, const Steps& steps)
      : adapted(theta) {
    for (const auto& batches : steps) {
      losses.push_back(engine.loss(adapted, batches));
      adapted = alpha.step(adapted, losses.back()->passing_gradients().values);
    }
  }
};

/// Returns the engine's fused result, or nothing if it does not fuse the loop.
std::optional<Updates> fused_meta_gradient(const Engine& engine, const at::Tensor& theta, double alpha,
                                           Order order, const Steps& steps, const Batches& queries) {
  const auto* fused = engine.fused();
  return fused ? fused->meta_gradient(theta, alpha, order, steps, queries, nullptr) : std::nullopt;
}

/// One step of Meta-SGD's backward pass, for the flat vectors of one client: a -= g o v, then v -= h.
void sweep(const at::Tensor& v, const at::Tensor& a, const at::Tensor& g, const at::Tensor& h) {
  a.addcmul_(g, v, -1);
  v.sub_(h);
}

/// v, a [G, P].
void sweep(const at::Tensor& v, const at::Tensor& a, const PassingProducts& h) {
  const auto *g_block = h.gradients.block(0), *h_block = h.values.block(0);
  if (v.size(0) > 1 || !g_block || !h_block) return sweep(v, a, h.gradients.formed(), h.values.formed());
  const auto vs = g_block->around(v[0]), as = g_block->around(a[0]),
             gs = g_block->around(h.gradients.values[0]), hs = h_block->around(h.values.values[0]);
  for (const std::size_t part : {0, 1}) sweep(vs[part], as[part], gs[part], hs[part]);
  kernels::rate_sweep({g_block->of(v[0]), g_block->of(a[0])}, g_block->factors, h_block->factors);
}

}  // namespace

at::Tensor adapt(const Engine& engine, const at::Tensor& theta, const InnerRate& alpha, const Steps& steps) {
  const auto* fused = engine.fused();
  if (fused && alpha.scalar())
    if (auto adapted = fused->adapt(theta, *alpha.scalar(), steps)) return *adapted;
  auto adapted = theta;
  for (const auto& batches : steps)
    adapted = alpha.step(adapted, engine.loss(adapted, batches)->passing_gradients().values);
  return adapted;
}

Updates fedsgd(const Engine& engine, const at::Tensor& theta, const Batches& data) {
  const auto g = engine.gradients(theta, data);
  return {g.values, g.losses};
}

Updates fomaml(const Engine& engine, const at::Tensor& theta, double alpha, const Steps& steps,
               const Batches& queries) {
  if (auto fused = fused_meta_gradient(engine, theta, alpha, Order::first, steps, queries)) return *fused;
  return fedsgd(engine, adapt(engine, theta, InnerRate(alpha), steps), queries);
}

Updates maml(const Engine& engine, const at::Tensor& theta, double alpha, const Steps& steps,
             const Batches& queries) {
  if (auto fused = fused_meta_gradient(engine, theta, alpha, Order::exact, steps, queries)) return *fused;
  InnerPath path(engine, theta, InnerRate(alpha), steps);
  auto [v, losses] = engine.gradients(path.adapted, queries);
  for (; !path.losses.empty(); path.losses.pop_back())
    v.sub_(path.losses.back()->hessian_products(v, false).values, alpha);
  return {v, losses};
}

Updates first_order_meta_sgd(const Engine& engine, const at::Tensor& theta, const at::Tensor& alpha,
                             const Steps& steps, const Batches& queries) {
  const InnerRate rate(alpha);
  auto adapted = theta;
  auto sum = at::zeros({std::ssize(queries), theta.size(-1)}, theta.options());
  for (const auto& batches : steps) {
    const auto g = engine.loss(adapted, batches)->passing_gradients().values.formed();
    sum.add_(g);
    adapted = rate.step(adapted, g);
  }
  const auto [v, losses] = engine.gradients(adapted, queries);
  return {at::cat({v, -sum * v}, -1), losses};
}

Updates meta_sgd(const Engine& engine, const at::Tensor& theta, const at::Tensor& alpha, const Steps& steps,
                 const Batches& queries) {
  const InnerRate rate(alpha);
  InnerPath path(engine, theta, rate, steps);
  auto [v, losses] = engine.gradients(path.adapted, queries);
  auto a = at::zeros_like(v);
  for (; !path.losses.empty(); path.losses.pop_back())
    sweep(v, a, path.losses.back()->passing_hessian_products(rate.scale(v)));
  return {at::cat({v, a}, -1), losses};
}

}  // namespace fedmeta::learn

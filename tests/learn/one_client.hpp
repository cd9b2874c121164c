// One client where the interfaces take groups: most of what tests check concerns one.
#pragma once

#include "engine/client_engine.hpp"
#include "learn/evaluation.hpp"
#include "learn/local_training.hpp"
#include "learn/meta_gradient.hpp"

namespace fedmeta::learn {

/// What one client sends.
struct Update {
  at::Tensor direction;  ///< [D]
  at::Tensor loss;       ///< a scalar tensor
};

inline Update only(const Updates& updates) {
  return {updates.directions[0], updates.losses[0]};
}

inline Steps steps_of_one(const std::vector<Batch>& batches) {
  Steps steps;
  for (const auto& batch : batches) steps.push_back({batch});
  return steps;
}

inline engine::Gradient gradient(const Engine& engine, const at::Tensor& theta, const Batch& batch) {
  const auto g = engine.gradients(theta, {batch});
  return {g.values[0], g.losses[0]};
}
inline engine::HessianProduct hessian_product(const Engine& engine, const at::Tensor& theta,
                                              const Batch& batch, const at::Tensor& v, bool with_gradient) {
  const auto h = engine.hessian_products(theta, {batch}, v.unsqueeze(0), with_gradient);
  return {with_gradient ? h.gradients[0] : at::Tensor(), h.values[0]};
}
inline at::Tensor scores(const Engine& engine, const at::Tensor& theta, const at::Tensor& x) {
  return engine.scores(theta, {{x, at::zeros({x.size(0)}, at::kLong)}})[0];
}
inline Score evaluate(const Engine& engine, const at::Tensor& theta, const Batch& batch, bool top4 = false) {
  return evaluate(engine, theta, Batches{batch}, top4)[0];
}

inline at::Tensor adapt(const Engine& engine, const at::Tensor& theta, const InnerRate& alpha,
                        const std::vector<Batch>& steps) {
  return of_client(adapt(engine, theta, alpha, steps_of_one(steps)), 0);
}
inline Update fedsgd(const Engine& engine, const at::Tensor& theta, const Batch& data) {
  return only(fedsgd(engine, theta, Batches{data}));
}
inline Update fomaml(const Engine& engine, const at::Tensor& theta, double alpha,
                     const std::vector<Batch>& steps, const Batch& query) {
  return only(fomaml(engine, theta, alpha, steps_of_one(steps), Batches{query}));
}
inline Update maml(const Engine& engine, const at::Tensor& theta, double alpha,
                   const std::vector<Batch>& steps, const Batch& query) {
  return only(maml(engine, theta, alpha, steps_of_one(steps), Batches{query}));
}
inline Update meta_sgd(const Engine& engine, const at::Tensor& theta, const at::Tensor& alpha,
                       const std::vector<Batch>& steps, const Batch& query) {
  return only(meta_sgd(engine, theta, alpha, steps_of_one(steps), Batches{query}));
}

/// Local training with a state that goes on where it was, or a fresh one.
inline Update train_locally(const Engine& engine, const at::Tensor& theta, const std::vector<Batch>& batches,
                            const Optimizer& optimizer, OptimizerState* kept = nullptr) {
  ClientStates states(1);
  if (kept) states[0] = *kept;
  const auto local = train_locally(engine, theta, steps_of_one(batches), optimizer, states);
  if (kept) *kept = states[0];
  return {local.thetas[0], local.losses[0]};
}
inline Update fedavg(const Engine& engine, const at::Tensor& theta, const std::vector<Batch>& batches,
                     const Optimizer& optimizer, OptimizerState* kept = nullptr) {
  ClientStates states(1);
  if (kept) states[0] = *kept;
  const auto update = only(fedavg(engine, theta, steps_of_one(batches), optimizer, states));
  if (kept) *kept = states[0];
  return update;
}

}  // namespace fedmeta::learn

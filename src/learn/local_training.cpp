#include "learn/local_training.hpp"

#include <ATen/ATen.h>

#include <algorithm>

namespace fedmeta::learn {

LocalResult train_locally(const Engine& engine, const at::Tensor& theta, const std::vector<Batch>& batches,
                          Optimizer& optimizer) {
  at::Tensor local = theta.clone();
  at::Tensor loss = at::zeros({}, theta.options());
  std::int64_t rows = 0;
  for (const auto& batch : batches) {
    const auto g = engine.gradient(local, batch);
    optimizer.step(local, g.value);
    loss.add_(g.loss, static_cast<double>(batch.rows()));
    rows += batch.rows();
  }
  return {local, loss / static_cast<double>(std::max<std::int64_t>(rows, 1))};
}

Contribution fedavg(const Engine& engine, const at::Tensor& theta, const std::vector<Batch>& batches,
                    Optimizer& optimizer) {
  const auto local = train_locally(engine, theta, batches, optimizer);
  return {theta - local.theta, local.loss};
}

}  // namespace fedmeta::learn

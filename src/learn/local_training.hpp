// FedAvg's client: ordinary training from the server's parameters (McMahan et al. 2017).
#pragma once

#include <vector>

#include "learn/meta_gradient.hpp"
#include "learn/optimizer.hpp"

namespace fedmeta::learn {

struct LocalResult {
  at::Tensor theta;  ///< [P], a new tensor
  at::Tensor loss;   ///< mean over the rows of the batches, each before its step
};

/// One step of `optimizer` for each batch, starting from a copy of theta [P].
LocalResult train_locally(const Engine& engine, const at::Tensor& theta, const std::vector<Batch>& batches,
                          Optimizer& optimizer);

/// The same over `passes` of a set that is not empty, each epoch's batches made when it begins: of many
/// epochs in new orders, one copy of the set is alive at a time. Random numbers as `minibatches` draws them.
LocalResult train_locally(const Engine& engine, const at::Tensor& theta, const Batch& set,
                          const Passes& passes, Optimizer& optimizer, Random& order);

/// What a client sends: theta - theta_u, or the sum of the gradients of all its steps. The second is the
/// first over the rate where the steps are SGD's.
enum class Direction { difference, gradients };

/// The same as what the client sends.
Contribution fedavg(const Engine& engine, const at::Tensor& theta, const std::vector<Batch>& batches,
                    Optimizer& optimizer, Direction direction = Direction::difference);

}  // namespace fedmeta::learn

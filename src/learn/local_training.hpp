// FedAvg's clients: ordinary training from the server's parameters (McMahan et al. 2017).
#pragma once

#include <vector>

#include "learn/engine.hpp"
#include "learn/minibatches.hpp"
#include "learn/optimizer.hpp"

namespace fedmeta::learn {

struct LocalResult {
  at::Tensor thetas;  ///< [G, P], a new tensor
  at::Tensor losses;  ///< [G], means over the rows of a client's batches, each before its step
};

/// What the clients' optimisers remember, in the order of the group.
using ClientStates = std::vector<OptimizerState>;

/// One step of `optimizer` for each batch of a client, starting from a copy of theta [P] or [G, P]. A client
/// without a batch takes no step.
LocalResult train_locally(const Engine& engine, const at::Tensor& theta, const Steps& steps,
                          const Optimizer& optimizer, ClientStates& states);

/// The same over `passes` of sets that are not empty, with fresh states, each epoch's batches made when it
/// begins: of many epochs in new orders, one copy of the sets is alive at a time. Random numbers as
/// `minibatches` draws them.
LocalResult train_locally(const Engine& engine, const at::Tensor& theta, const Batches& sets,
                          const Passes& passes, const Optimizer& optimizer, std::vector<Random> orders);

/// What a client sends: theta - theta_u, or the sum of the gradients of all its steps. The second is the
/// first over the rate where the steps are SGD's.
enum class Direction { difference, gradients };

/// Local training as what the clients send.
Updates fedavg(const Engine& engine, const at::Tensor& theta, const Steps& steps, const Optimizer& optimizer,
               ClientStates& states, Direction direction = Direction::difference);

}  // namespace fedmeta::learn

// The clients of FedAvg: ordinary training from the server's parameters (McMahan et al. 2017).
#pragma once

#include <functional>
#include <vector>

#include "learn/engine.hpp"
#include "learn/minibatches.hpp"
#include "learn/optimizer.hpp"

namespace fedmeta::learn {

struct LocalResult {
  at::Tensor thetas;  ///< [G, P], a new tensor
  at::Tensor losses;  ///< [G], means over the rows of a client's batches, each measured before its step
};

/// The states of the clients' optimisers, in the order of the group.
using ClientStates = std::vector<OptimizerState>;

/// Takes one step of `optimizer` for each batch of a client, starting from a copy of theta [P] or [G, P]. A
/// client without a batch takes no step.
LocalResult train_locally(const Engine& engine, const at::Tensor& theta, const Steps& steps,
                          const Optimizer& optimizer, ClientStates& states);

/// Called after each step of a client, by its place in the group, with the number of its steps so far and its
/// parameters [P], which its next step changes.
using AfterStep = std::function<void(std::size_t client, std::int64_t steps, const at::Tensor& theta)>;

/// Trains over `passes` of non-empty sets, with fresh optimiser states. Makes each epoch's batches when the
/// epoch begins, so that only one reordered copy of the sets exists at a time. Draws the same random numbers
/// as `minibatches`.
LocalResult train_locally(const Engine& engine, const at::Tensor& theta, const Batches& sets,
                          const Passes& passes, const Optimizer& optimizer, std::vector<Random> orders,
                          const AfterStep& after = {});

/// What a client sends: theta - theta_u, or the sum of the gradients of all its steps. With SGD's steps, the
/// sum is the difference divided by the rate.
enum class Direction { difference, gradients };

/// Trains locally and returns what the clients send.
Updates fedavg(const Engine& engine, const at::Tensor& theta, const Steps& steps, const Optimizer& optimizer,
               ClientStates& states, Direction direction = Direction::difference);

}  // namespace fedmeta::learn

// Clients that are computed together.
//
// Everything that is kept per client has one row for each: parameters [G, P], losses [G]. Clients may differ
// in numbers of samples and of steps. A client without a batch at a step takes no part in it: its gradient,
// product and loss are zeros, and optimisers leave its parameters unchanged.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/random.hpp"
#include "data/resident/batch.hpp"

namespace fedmeta::learn {

using data::Batch;
using data::Task;

/// One batch per client of a group; without rows for clients that have none.
using Batches = std::vector<Batch>;

/// The steps of a group: Steps[k][i] is client i's batch at step k.
using Steps = std::vector<Batches>;

/// Stores `batches` as the steps of client i, out of `clients` clients.
inline void put_steps(Steps& steps, std::size_t i, std::size_t clients, const std::vector<Batch>& batches) {
  if (steps.size() < batches.size()) steps.resize(batches.size(), Batches(clients));
  for (std::size_t k = 0; k < batches.size(); ++k) steps[k][i] = batches[k];
}

struct Group {
  std::vector<Task> tasks;
  std::vector<Random> orders;  ///< draw the order of each client's samples, if batches are shuffled

  std::size_t size() const { return tasks.size(); }
  Batches all() const {
    return sets([](const Task& task) { return task.all; });
  }
  Batches support() const {
    return sets([](const Task& task) { return task.support(); });
  }
  Batches query() const {
    return sets([](const Task& task) { return task.query(); });
  }

 private:
  template <class Set>
  Batches sets(Set set) const {
    Batches batches;
    for (const auto& task : tasks) batches.push_back(set(task));
    return batches;
  }
};

/// The clients' messages to the server.
struct Updates {
  at::Tensor directions;  ///< the server moves against them; [G, P]; Meta-SGD: [G, 2P], theta's then alpha's
  at::Tensor losses;      ///< [G], on theta's device: query loss of the adapted parameters, or training loss
};

/// Returns client i's row of [G, P], or the vector [P] that all clients share.
inline at::Tensor of_client(const at::Tensor& thetas, std::size_t i) {
  return thetas.dim() == 1 ? thetas : thetas.select(0, static_cast<std::int64_t>(i));
}

}  // namespace fedmeta::learn

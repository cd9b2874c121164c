// Clients that are computed together.
//
// Whatever clients have side by side has one row for each: parameters [G, P], losses [G]. They need not be
// alike: numbers of samples and of steps differ. A client that has no batch where others have one takes no
// part there: its gradient, its product and its loss are zeros, and an optimiser leaves it as it is.
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

/// One batch for each client of a group, without rows for those that have none.
using Batches = std::vector<Batch>;

/// Step after step of a group, one batch a client in each: Steps[k][i] is client i's at step k.
using Steps = std::vector<Batches>;

/// Makes `batches` client i's steps in those of `clients` clients.
inline void put_steps(Steps& steps, std::size_t i, std::size_t clients, const std::vector<Batch>& batches) {
  if (steps.size() < batches.size()) steps.resize(batches.size(), Batches(clients));
  for (std::size_t k = 0; k < batches.size(); ++k) steps[k][i] = batches[k];
}

struct Group {
  std::vector<Task> tasks;
  std::vector<Random> orders;  ///< of the clients' samples, where batches are shuffled

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

/// What clients send to the server.
struct Updates {
  at::Tensor directions;  ///< to descend; [G, P]; Meta-SGD: [G, 2P], theta's then alpha's
  at::Tensor losses;      ///< [G], on theta's device: query loss of the adapted parameters, or training loss
};

/// Client i's row of what each client has, [G, P], or what all share, [P].
inline at::Tensor of_client(const at::Tensor& thetas, std::size_t i) {
  return thetas.dim() == 1 ? thetas : thetas.select(0, static_cast<std::int64_t>(i));
}

}  // namespace fedmeta::learn

// First-order optimisers over flat vectors, for clients and for the server. An optimiser is a rule; what it
// remembers between steps is a separate state, which the caller keeps and can save and restore.
#pragma once

#include <ATen/core/Tensor.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "learn/factored_vectors.hpp"

namespace fedmeta::learn {

/// An optimiser's state by name, such as Adam's moments. Empty before the first step.
using OptimizerState = std::map<std::string, at::Tensor>;

/// A gradient [P] or its substitute. Where it has a block, its numbers in that place do not count and may be
/// overwritten.
struct StepDirection {
  StepDirection(at::Tensor all, const BlockFactors* by_factors = nullptr)
      : vector(std::move(all)), block(by_factors) {}
  /// Sets the block's numbers, if there is one, and returns the vector.
  const at::Tensor& formed() const {
    if (block) block->write_into(vector);
    return vector;
  }

  at::Tensor vector;
  const BlockFactors* block;
};

class Optimizer {
 public:
  virtual ~Optimizer() = default;
  /// Takes one step in place for each i: moves thetas[i] [P] against directions[i], using and updating
  /// *states[i].
  virtual void step(const std::vector<at::Tensor>& thetas, const std::vector<StepDirection>& directions,
                    const std::vector<OptimizerState*>& states) const = 0;
  void step(at::Tensor& theta, const at::Tensor& direction, OptimizerState& state) const {
    step({theta}, {StepDirection(direction)}, {&state});
  }
};

// Weight decay as in PyTorch's SGD and Adam: adds decay x theta to g (not AdamW).

/// v <- momentum v + g; theta <- theta - rate v. No Nesterov.
std::unique_ptr<Optimizer> make_sgd(double rate, double momentum = 0, double weight_decay = 0);

/// Kingma & Ba 2015 with bias correction; beta2 = .999, eps = 1e-8.
std::unique_ptr<Optimizer> make_adam(double rate, double weight_decay = 0, double beta1 = 0.9);

}  // namespace fedmeta::learn

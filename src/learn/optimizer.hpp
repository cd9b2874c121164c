// First-order optimisers over flat vectors, for clients and for the server. An optimiser is a rule; what it
// remembers between steps is a separate state, which the caller keeps and can save and restore.
#pragma once

#include <ATen/core/Tensor.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace fedmeta::learn {

/// An optimiser's state by name, such as Adam's moments. Empty before the first step.
using OptimizerState = std::map<std::string, at::Tensor>;

class Optimizer {
 public:
  virtual ~Optimizer() = default;
  /// Takes one step in place for each i: moves thetas[i] [P] against directions[i] [P], a gradient or its
  /// substitute, using and updating *states[i].
  virtual void step(const std::vector<at::Tensor>& thetas, const std::vector<at::Tensor>& directions,
                    const std::vector<OptimizerState*>& states) const = 0;
  void step(at::Tensor& theta, const at::Tensor& direction, OptimizerState& state) const {
    step({theta}, {direction}, {&state});
  }
};

// Weight decay as in PyTorch's SGD and Adam: adds decay x theta to g (not AdamW).

/// v <- momentum v + g; theta <- theta - rate v. No Nesterov.
std::unique_ptr<Optimizer> make_sgd(double rate, double momentum = 0, double weight_decay = 0);

/// Kingma & Ba 2015 with bias correction; beta2 = .999, eps = 1e-8.
std::unique_ptr<Optimizer> make_adam(double rate, double weight_decay = 0, double beta1 = 0.9);

}  // namespace fedmeta::learn

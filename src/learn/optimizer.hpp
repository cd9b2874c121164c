// First-order optimisers over flat vectors, for clients and for the server.
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <string>

namespace fedmeta::learn {

class Optimizer {
 public:
  virtual ~Optimizer() = default;
  /// One step in place: theta moves against `direction`, a gradient or what stands for one. Both [P].
  virtual void step(at::Tensor& theta, const at::Tensor& direction) = 0;
};

// Weight decay as PyTorch's SGD and Adam have it: decay x theta is added to g (no AdamW).

/// v <- momentum v + g; theta <- theta - rate v. No Nesterov.
std::unique_ptr<Optimizer> make_sgd(double rate, double momentum = 0, double weight_decay = 0);

/// Kingma & Ba 2015 with bias correction; beta2 = .999, eps = 1e-8.
std::unique_ptr<Optimizer> make_adam(double rate, double weight_decay = 0, double beta1 = 0.9);

/// "sgd", without momentum, or "adam", which alone reads `beta1`.
std::unique_ptr<Optimizer> make_optimizer(const std::string& name, double rate, double weight_decay = 0,
                                          double beta1 = 0.9);

}  // namespace fedmeta::learn

// Derivatives of the mean loss of a batch, over flat parameter vectors: all that the algorithms need.
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>

#include "learn/minibatches.hpp"
#include "model/network.hpp"

namespace fedmeta::learn {

struct Gradient {
  at::Tensor value;  ///< [P]
  at::Tensor loss;   ///< scalar tensor on theta's device, so that no step waits for the host
};

struct HessianProduct {
  at::Tensor gradient;  ///< [P], where asked for
  at::Tensor value;     ///< H v, [P]
};

class Engine {
 public:
  virtual ~Engine() = default;

  /// Gradient of the batch's mean loss at theta [P].
  virtual Gradient gradient(const at::Tensor& theta, const Batch& batch) const = 0;
  /// Exact product of the Hessian of the batch's mean loss at theta [P] with v [P].
  virtual HessianProduct hessian_product(const at::Tensor& theta, const Batch& batch, const at::Tensor& v,
                                         bool with_gradient) const = 0;
  /// Whether training wants a key for dropout with each batch.
  virtual bool has_dropout() const { return false; }
  /// Class scores [n, classes].
  virtual at::Tensor scores(const at::Tensor& theta, const at::Tensor& x) const = 0;
};

/// Through ATen's autograd; works for any network. `products` says whose operators the network calls.
std::unique_ptr<Engine> make_autograd_engine(const model::Network& network, const model::Products& products);

/// The fastest there is for this network and device.
std::unique_ptr<Engine> make_engine(const model::Network& network, at::Device device);

}  // namespace fedmeta::learn

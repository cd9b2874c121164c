// Derivatives of the mean loss of a batch, over flat parameter vectors: all that the algorithms need.
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <optional>
#include <vector>

#include "learn/inner_loop.hpp"
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

/// The mean loss of one batch at one theta. It may keep what its derivatives share.
class BatchLoss {
 public:
  virtual ~BatchLoss() = default;
  virtual Gradient gradient() = 0;
  virtual HessianProduct hessian_product(const at::Tensor& v, bool with_gradient) = 0;
};

/// Is shown the passes of a loop that an engine has fused, each as it is made, with what went in and what
/// came out as flat vectors [P]: for checks.
class PassWitness {
 public:
  virtual ~PassWitness() = default;
  virtual void saw_gradient(const at::Tensor& theta, const Batch& batch, const at::Tensor& g) const = 0;
  virtual void saw_product(const at::Tensor& theta, const Batch& batch, const at::Tensor& v,
                           const at::Tensor& h) const = 0;
};

/// Whoever derives from it gives the first three; the rest is made of them, and is there to be done faster.
class Engine {
 public:
  virtual ~Engine() = default;

  /// Gradient of the batch's mean loss at theta [P].
  virtual Gradient gradient(const at::Tensor& theta, const Batch& batch) const = 0;
  /// Exact product of the Hessian of the batch's mean loss at theta [P] with v [P].
  virtual HessianProduct hessian_product(const at::Tensor& theta, const Batch& batch, const at::Tensor& v,
                                         bool with_gradient) const = 0;
  /// Class scores [n, classes].
  virtual at::Tensor scores(const at::Tensor& theta, const at::Tensor& x) const = 0;
  /// Whether training wants a key for dropout with each batch.
  virtual bool has_dropout() const { return false; }

  /// For a gradient at theta and, later, Hessian products there. What it keeps between the two is no longer
  /// than theta.
  virtual std::unique_ptr<BatchLoss> loss(const at::Tensor& theta, const Batch& batch) const;
  /// theta after one gradient step for each batch.
  virtual at::Tensor adapt(const at::Tensor& theta, const InnerRate& alpha,
                           const std::vector<Batch>& steps) const;
  /// The direction of MAML, or of Meta-SGD where alpha is a vector: see learn/meta_gradient.hpp.
  virtual Contribution meta_gradient(const at::Tensor& theta, const InnerRate& alpha, Order order,
                                     const std::vector<Batch>& steps, const Batch& query) const;
  /// The same in one loop of the engine's own, where it has one for these steps. `witness` may be null.
  virtual std::optional<Contribution> fused_meta_gradient(const at::Tensor& theta, const InnerRate& alpha,
                                                          Order order, const std::vector<Batch>& steps,
                                                          const Batch& query,
                                                          const PassWitness* witness) const {
    (void)theta, (void)alpha, (void)order, (void)steps, (void)query, (void)witness;
    return {};
  }
};

/// Through ATen's autograd; works for any network. `products` says whose operators the network calls.
std::unique_ptr<Engine> make_autograd_engine(const model::Network& network, const model::Products& products);

/// The fastest there is for this network, device and precision.
std::unique_ptr<Engine> make_engine(const model::Network& network, at::Device device,
                                    model::Precision precision = model::Precision::fp32);

}  // namespace fedmeta::learn

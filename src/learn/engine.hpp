// Derivatives of the mean losses of clients' batches, over flat parameter vectors: all that the algorithms
// need.
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <optional>
#include <vector>

#include "learn/group.hpp"
#include "model/network.hpp"

namespace fedmeta::learn {

struct Gradients {
  at::Tensor values;  ///< [G, P]
  at::Tensor losses;  ///< [G], on theta's device, so that no step waits for the host
};

struct HessianProducts {
  at::Tensor gradients;  ///< [G, P], where asked for
  at::Tensor values;     ///< H_i v_i, [G, P]
};

/// The mean losses of one batch for each client, each at its own theta. It may keep what derivatives share,
/// but not more numbers than theta has. Each call is metered as work done (cost/work_done.hpp).
class GroupLoss {
 public:
  virtual ~GroupLoss() = default;
  virtual Gradients gradients() = 0;
  /// Exact products of the losses' Hessians with v [G, P].
  virtual HessianProducts hessian_products(const at::Tensor& v, bool with_gradients) = 0;
};

/// Is shown the passes of a loop that an engine has fused, each as it is made, with what went in and what
/// came out as flat vectors [P]: for checks.
class PassWitness {
 public:
  virtual ~PassWitness() = default;
  virtual void saw_gradient(std::size_t client, const at::Tensor& theta, const Batch& batch,
                            const at::Tensor& g) const = 0;
  virtual void saw_product(std::size_t client, const at::Tensor& theta, const Batch& batch,
                           const at::Tensor& v, const at::Tensor& h) const = 0;
};

/// What of the way back through the inner loop a meta-gradient takes in.
enum class Order {
  first,  ///< nothing: the adapted parameters' gradient
  exact   ///< all of it, with Hessians
};

/// Inner loops with one rate, as an engine makes them in one piece. Nothing where that does not pay.
class FusedInnerLoop {
 public:
  virtual ~FusedInnerLoop() = default;
  /// theta_K of each client [G, P], from theta [P] or [G, P].
  virtual std::optional<at::Tensor> adapt(const at::Tensor& theta, double alpha,
                                          const Steps& steps) const = 0;
  /// FOMAML's directions, or MAML's, as `order` says. `witness` may be null.
  virtual std::optional<Updates> meta_gradient(const at::Tensor& theta, double alpha, Order order,
                                               const Steps& steps, const Batches& queries,
                                               const PassWitness* witness) const = 0;
};

/// thetas are [G, P], or [P] where all clients are at the same.
class Engine {
 public:
  virtual ~Engine() = default;

  /// The most clients that it is worth to give it at a time; more are right, too.
  virtual std::int64_t group_limit() const { return 1; }
  /// Whether training wants a key for dropout with each batch.
  virtual bool has_dropout() const { return false; }

  virtual std::unique_ptr<GroupLoss> loss(const at::Tensor& thetas, const Batches& batches) const = 0;
  /// Class scores of each client's rows, [n_i, classes].
  virtual std::vector<at::Tensor> scores(const at::Tensor& thetas, const Batches& batches) const = 0;
  /// Null where there is none.
  virtual const FusedInnerLoop* fused() const { return nullptr; }

  Gradients gradients(const at::Tensor& thetas, const Batches& batches) const {
    return loss(thetas, batches)->gradients();
  }
  HessianProducts hessian_products(const at::Tensor& thetas, const Batches& batches, const at::Tensor& v,
                                   bool with_gradients) const {
    return loss(thetas, batches)->hessian_products(v, with_gradients);
  }
};

}  // namespace fedmeta::learn

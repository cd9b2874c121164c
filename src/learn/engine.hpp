// Derivatives of the mean losses of clients' batches with respect to flat parameter vectors: all that the
// algorithms need.
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <optional>
#include <vector>

#include "learn/factored_vectors.hpp"
#include "learn/group.hpp"
#include "model/network.hpp"

namespace fedmeta::learn {

struct Gradients {
  at::Tensor values;  ///< [G, P]
  at::Tensor losses;  ///< [G], on theta's device, so that no step waits for the host
};

struct HessianProducts {
  at::Tensor gradients;  ///< [G, P], if asked for
  at::Tensor values;     ///< H_i v_i, [G, P]
};

/// The same for a single use before the engine's next call, which may overwrite them; blocks may be given by
/// their factors.
struct PassingGradients {
  FactoredVectors values;
  at::Tensor losses;  ///< [G]
};
struct PassingProducts {
  FactoredVectors gradients, values;
};

/// The mean loss of one batch per client, each at the client's own theta. May keep intermediate results for
/// further derivatives, but no more numbers than theta has. Each call is metered as work done
/// (cost/work_done.hpp).
class GroupLoss {
 public:
  virtual ~GroupLoss() = default;
  virtual Gradients gradients() = 0;
  virtual PassingGradients passing_gradients() {
    auto g = gradients();
    return {{g.values, {}}, g.losses};
  }
  /// Returns the exact products H_i v_i, v [G, P], and the gradients if asked for.
  virtual HessianProducts hessian_products(const at::Tensor& v, bool with_gradients) = 0;
  /// Returns both.
  virtual PassingProducts passing_hessian_products(const at::Tensor& v) {
    auto h = hessian_products(v, true);
    return {{h.gradients, {}}, {h.values, {}}};
  }
};

/// Receives the passes of a loop that an engine has fused, each as it is made, with its inputs and its result
/// as flat vectors [P]. For checks.
class PassWitness {
 public:
  virtual ~PassWitness() = default;
  virtual void saw_gradient(std::size_t client, const at::Tensor& theta, const Batch& batch,
                            const at::Tensor& g) const = 0;
  virtual void saw_product(std::size_t client, const at::Tensor& theta, const Batch& batch,
                           const at::Tensor& v, const at::Tensor& h) const = 0;
};

/// How much of the backward pass through the inner loop a meta-gradient includes.
enum class Order {
  first,  ///< none: the gradient at the adapted parameters
  exact   ///< all of it, with Hessians
};

/// Inner loops with one rate, which an engine computes as a whole. The functions return nothing if that would
/// not pay.
class FusedInnerLoop {
 public:
  virtual ~FusedInnerLoop() = default;
  /// Returns theta_K of each client, [G, P], starting from theta [P] or [G, P].
  virtual std::optional<at::Tensor> adapt(const at::Tensor& theta, double alpha,
                                          const Steps& steps) const = 0;
  /// Returns the directions of FOMAML or MAML, depending on `order`. `witness` may be null.
  virtual std::optional<Updates> meta_gradient(const at::Tensor& theta, double alpha, Order order,
                                               const Steps& steps, const Batches& queries,
                                               const PassWitness* witness) const = 0;
};

/// Computes losses and scores. thetas are [G, P], or [P] if all clients share one.
class Engine {
 public:
  virtual ~Engine() = default;

  /// Returns the largest group that is worth computing at once. Larger groups give correct results, too.
  virtual std::int64_t group_limit() const { return 1; }
  /// Returns the bytes, about, that so many rows of each of so many clients take while they are in work,
  /// beside vectors as long as theta; 0 if they are few.
  virtual std::int64_t work_bytes(std::int64_t /*clients*/, std::int64_t /*rows*/) const { return 0; }
  /// Returns whether training batches need a dropout key.
  virtual bool has_dropout() const { return false; }

  /// Returns a copy of clients' parameters [G, P] from which losses are computed without copying them first.
  /// The next such copy may overwrite it.
  virtual at::Tensor working_copy(const at::Tensor& thetas) const { return thetas.clone(); }
  virtual std::unique_ptr<GroupLoss> loss(const at::Tensor& thetas, const Batches& batches) const = 0;
  /// Returns the class scores of each client's rows, [n_i, classes].
  virtual std::vector<at::Tensor> scores(const at::Tensor& thetas, const Batches& batches) const = 0;
  /// Returns null if the engine has no fused loop.
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

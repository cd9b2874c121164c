// Engines that compute one client at a time, and a group one client after the other.
#pragma once

#include <optional>

#include "learn/engine.hpp"

namespace fedmeta::engine {

/// Where there is a block, it is given by its factors, and the vector's numbers in its place are not set.
struct Gradient {
  at::Tensor value;  ///< [P]
  at::Tensor loss;   ///< scalar tensor on theta's device
  std::optional<learn::BlockFactors> block = {};
};

struct HessianProduct {
  at::Tensor gradient;  ///< [P], if asked for
  at::Tensor value;     ///< H v, [P]
  std::optional<learn::BlockFactors> gradient_block = {}, value_block = {};
};

/// The mean loss of one batch at one theta. May keep intermediate results that its derivatives share.
class BatchLoss {
 public:
  virtual ~BatchLoss() = default;
  virtual Gradient gradient() = 0;
  virtual HessianProduct hessian_product(const at::Tensor& v, bool with_gradient) = 0;
};

class ClientEngine : public learn::Engine {
 public:
  std::unique_ptr<learn::GroupLoss> loss(const at::Tensor& thetas, const learn::Batches& batches) const final;
  std::vector<at::Tensor> scores(const at::Tensor& thetas, const learn::Batches& batches) const final;

 protected:
  /// Returns one client's loss; theta [P], a batch with rows.
  virtual std::unique_ptr<BatchLoss> client_loss(const at::Tensor& theta,
                                                 const learn::Batch& batch) const = 0;
  /// Returns class scores [n, classes]; theta [P].
  virtual at::Tensor client_scores(const at::Tensor& theta, const at::Tensor& x) const = 0;
};

/// Returns clients' vectors [P] as the rows of one tensor. A single vector is viewed, not copied.
at::Tensor as_rows(const std::vector<at::Tensor>& clients);

}  // namespace fedmeta::engine

// An engine whose passes are compared with a reference, one by one.
//
// A pass is one gradient or one Hessian-vector product. The reference computes it in double at exactly the
// pass's theta, batch and v, so errors do not add up along a trajectory: what remains is the rounding of one
// pass, and near-ties. A ReLU or a max-pool whose arguments differ by less than rounding may go either way,
// and the results are then two different one-sided derivatives. Such a tie spoils only the row of the batch
// in which it occurs, whereas an error in the engine spoils all rows. If a batch disagrees, its halves are
// therefore compared, then their halves, and the rows that agree are counted.
#pragma once

#include "learn/engine.hpp"
#include "model/parameter_layout.hpp"

namespace fedmeta::engine {

/// The largest error of a pass that counts as rounding, and the largest that counts as a near-tie.
struct PassLimits {
  double rounding, tie;
};

/// The outcome of comparing all passes of one kind.
struct PassAgreement {
  double worst = 0;  ///< largest error of a whole batch; stays NaN after a NaN
  std::int64_t rows = 0, agreeing = 0;

  /// Returns the share of rows that disagree, not counting one of them: a tie may be in the only row there
  /// is.
  double left_out() const;
};

class CheckedEngine final : public learn::Engine, private learn::FusedInnerLoop, private learn::PassWitness {
 public:
  /// Checks `engine` against `reference`. The error of a pass is that of its worst layer, relative to the
  /// layer's part of the exact result. The arguments must outlive this object.
  CheckedEngine(const learn::Engine& engine, const learn::Engine& reference,
                const model::ParameterLayout& layout, PassLimits limits)
      : engine_(engine), reference_(reference), layout_(layout), limits_(limits) {}

  std::int64_t group_limit() const override { return engine_.group_limit(); }
  bool has_dropout() const override { return engine_.has_dropout(); }
  std::unique_ptr<learn::GroupLoss> loss(const at::Tensor& thetas,
                                         const learn::Batches& batches) const override;
  std::vector<at::Tensor> scores(const at::Tensor& thetas, const learn::Batches& batches) const override {
    return engine_.scores(thetas, batches);
  }
  const learn::FusedInnerLoop* fused() const override { return engine_.fused() ? this : nullptr; }

  const PassAgreement& gradient_agreement() const { return gradients_; }
  const PassAgreement& product_agreement() const { return products_; }
  /// Returns the largest relative error in what a fused loop computes from its passes: its points, the
  /// vectors of its backward pass, and its direction. These have rounding of sums, but no ties.
  double assembly() const { return assembly_; }

 private:
  class Loss;
  class Assembly;

  std::optional<at::Tensor> adapt(const at::Tensor& theta, double alpha,
                                  const learn::Steps& steps) const override;
  std::optional<learn::Updates> meta_gradient(const at::Tensor& theta, double alpha, learn::Order order,
                                              const learn::Steps& steps, const learn::Batches& queries,
                                              const learn::PassWitness* witness) const override;
  void saw_gradient(std::size_t client, const at::Tensor& theta, const learn::Batch& batch,
                    const at::Tensor& g) const override;
  void saw_product(std::size_t client, const at::Tensor& theta, const learn::Batch& batch,
                   const at::Tensor& v, const at::Tensor& h) const override;

  const learn::Engine& engine_;
  const learn::Engine& reference_;
  const model::ParameterLayout& layout_;
  const PassLimits limits_;
  mutable PassAgreement gradients_, products_;
  mutable double assembly_ = 0;
};

/// Returns |value - exact| / |exact|; 0 if they are equal, even if both are zero; NaN if either contains a
/// NaN.
double relative_difference(const at::Tensor& value, const at::Tensor& exact);

/// Returns the batch with its numbers in double; token ids stay as they are.
learn::Batch in_double(const learn::Batch& batch);

}  // namespace fedmeta::engine

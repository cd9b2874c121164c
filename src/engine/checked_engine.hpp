// An engine whose passes are compared with a reference, one by one.
//
// A pass is one gradient or one Hessian-vector product. The reference computes it in double at the very
// theta, batch and v of the pass, so nothing adds up along a trajectory: what is left is the rounding of one
// pass, and near-ties. A ReLU or a max-pool whose arguments are closer than rounding may go either way, and
// the results are then two one-sided derivatives. Such a tie spoils the row of the batch that it is in; an
// error of the engine's spoils them all. So where a batch disagrees, its halves are compared, and theirs, and
// the rows that agree are counted.
#pragma once

#include "learn/engine.hpp"
#include "model/parameter_layout.hpp"

namespace fedmeta::engine {

/// Up to which error of a pass it is taken for rounding, and up to which for a near-tie.
struct PassLimits {
  double rounding, tie;
};

/// What the comparisons of one kind of pass have found.
struct PassAgreement {
  double worst = 0;  ///< largest error of a whole batch; NaN once there is one
  std::int64_t rows = 0, agreeing = 0;

  /// Share of the rows that do not agree, beside one: a tie may be in the only row there is.
  double left_out() const;
};

class CheckedEngine final : public learn::Engine, private learn::FusedInnerLoop, private learn::PassWitness {
 public:
  /// An error is that of the layer which is most wrong, relative to the layer's part of the exact
  /// result. What is referred to must outlive this.
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
  /// Largest relative error of what a fused loop makes of its passes: the points that it goes through, the
  /// vectors of the way back, and the direction. Rounding of sums, and no ties.
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

/// |value - exact| / |exact|; 0 where they are equal, be it both zero. NaN where one holds a NaN.
double relative_difference(const at::Tensor& value, const at::Tensor& exact);

/// The same numbers in double; token ids as they are.
learn::Batch in_double(const learn::Batch& batch);

}  // namespace fedmeta::engine

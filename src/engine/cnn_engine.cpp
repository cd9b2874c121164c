#include "engine/cnn_engine.hpp"

#include <ATen/ATen.h>

#include "cost/work_done.hpp"
#include "engine/client_engine.hpp"
#include "engine/cnn_inner_loop.hpp"
#include "engine/derived_passes.hpp"
#include "kernels/direct_products.hpp"
#include "kernels/padded_images.hpp"
#include "model/image_cnn.hpp"

namespace fedmeta::engine {
namespace {

/// Returns all parameters as views of theta.
CnnPoint point_at(const model::ImageCnn& network, const at::Tensor& theta) {
  auto blocks = network.layout().views(theta);
  kernels::FactoredView wide(blocks[fc1]);
  return {std::move(blocks), std::move(wide)};
}

/// Keeps the pass for further derivatives if its results are no longer than theta.
class CnnLoss final : public BatchLoss {
 public:
  CnnLoss(const model::ImageCnn& network, model::Precision precision, at::Tensor theta, learn::Batch batch)
      : network_(network), precision_(precision), theta_(std::move(theta)), batch_(std::move(batch)) {}

  Gradient gradient() override {
    const DerivedPasses passes(precision_);
    Gradient g{at::empty_like(theta_), {}};
    const auto pass = differentiated();
    g.block = write_gradient(*pass, g.value);
    cost::count_work({.gradient_rows = batch_.rows()});
    g.loss = pass->loss();
    return g;
  }
  HessianProduct hessian_product(const at::Tensor& v, bool with_gradient) override {
    const DerivedPasses passes(precision_);
    const auto pass = differentiated();
    HessianProduct h{{}, at::empty_like(theta_)};
    h.value_block = write_hessian_product(*pass, v, h.value);
    if (with_gradient) {
      h.gradient = at::empty_like(theta_);
      h.gradient_block = write_gradient(*pass, h.gradient);
    }
    return h;
  }

 private:
  std::shared_ptr<const CnnBackward> differentiated() {
    if (kept_) return kept_;
    auto pass = std::make_shared<const CnnBackward>(
        CnnForward(network_, point_at(network_, theta_), batch_.x), batch_.y);
    if (batch_.rows() <= rows_worth_keeping(network_)) kept_ = pass;
    return pass;
  }
  /// Writes g. Returns fc1's weight where its factors suit a use by strips, instead of writing it.
  std::optional<learn::BlockFactors> write_gradient(const CnnBackward& pass, const at::Tensor& g) const {
    auto views = network_.layout().views(g);
    pass.write_gradient(views);
    return wide_block(pass.wide_gradient(), g);
  }
  /// Writes H v, but for fc1's weight alike.
  std::optional<learn::BlockFactors> write_hessian_product(const CnnBackward& pass, const at::Tensor& v,
                                                           const at::Tensor& h) const {
    auto views = network_.layout().views(h);
    return wide_block(pass.write_hessian_product(point_at(network_, v), views), h);
  }
  std::optional<learn::BlockFactors> wide_block(const kernels::Factors& factors,
                                                const at::Tensor& vector) const {
    learn::BlockFactors block{network_.layout().blocks()[fc1].offset, factors};
    if (kernels::suits_strips(factors)) return block;
    block.write_into(vector);
    return {};
  }

  const model::ImageCnn& network_;
  const model::Precision precision_;
  const at::Tensor theta_;
  const learn::Batch batch_;
  std::shared_ptr<const CnnBackward> kept_;
};

class CnnEngine final : public ClientEngine, private learn::FusedInnerLoop {
 public:
  CnnEngine(const model::ImageCnn& network, model::Precision precision)
      : network_(network), precision_(precision) {}

  const learn::FusedInnerLoop* fused() const override { return this; }

 protected:
  std::unique_ptr<BatchLoss> client_loss(const at::Tensor& theta, const learn::Batch& batch) const override {
    return std::make_unique<CnnLoss>(network_, precision_, theta, batch);
  }
  at::Tensor client_scores(const at::Tensor& theta, const at::Tensor& x) const override {
    const DerivedPasses passes(precision_);
    return CnnForward(network_, point_at(network_, theta), x).scores();
  }

 private:
  std::optional<at::Tensor> adapt(const at::Tensor& theta, double alpha,
                                  const learn::Steps& steps) const override {
    const auto batches = worth_fusing(steps);
    if (!batches) return {};
    const DerivedPasses passes(precision_);
    return as_rows(
        {CnnInnerLoop(network_, learn::of_client(theta, 0), alpha, learn::Order::first, *batches, nullptr)
             .adapted()});
  }
  std::optional<learn::Updates> meta_gradient(const at::Tensor& theta, double alpha, learn::Order order,
                                              const learn::Steps& steps, const learn::Batches& queries,
                                              const learn::PassWitness* witness) const override {
    const auto batches = worth_fusing(steps);
    if (!batches) return {};
    const DerivedPasses passes(precision_);
    const auto g = CnnInnerLoop(network_, learn::of_client(theta, 0), alpha, order, *batches, witness)
                       .meta_gradient(queries.front());
    return learn::Updates{as_rows({g.value}), as_rows({g.loss})};
  }
  /// Returns the steps of a group's only client, or nothing if there are more clients or fusing does not pay.
  std::optional<std::vector<learn::Batch>> worth_fusing(const learn::Steps& steps) const {
    if (steps.empty() || steps.front().size() != 1) return {};
    std::vector<learn::Batch> batches;
    for (const auto& step : steps) batches.push_back(step.front());
    if (!CnnInnerLoop::pays(network_, batches)) return {};
    return batches;
  }

  const model::ImageCnn& network_;
  const model::Precision precision_;
};

bool has_derived_passes(const model::ImageCnn& network) {
  const auto& s = network.sizes();
  return s.kernel == kernels::kernel_side && s.padding == kernels::Padding::same && s.pool_first &&
         !network.has_dropout() && s.image % 4 == 0;
}

}  // namespace

std::unique_ptr<learn::Engine> offer_cnn_engine(const model::Network& network, at::Device device,
                                                const EngineChoice& choice) {
  const auto* cnn = dynamic_cast<const model::ImageCnn*>(&network);
  if (!cnn || !has_derived_passes(*cnn) || !device.is_cpu()) return {};
  return std::make_unique<CnnEngine>(*cnn, choice.precision);
}

}  // namespace fedmeta::engine

#include "engine/batched/batched_engine.hpp"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include "cost/work_done.hpp"
#include "engine/batched/cnn_inner_loop.hpp"
#include "engine/batched/pass.hpp"
#include "engine/batched/portions.hpp"

namespace fedmeta::engine {
namespace {

using namespace batched;

struct Plan {
  const model::Network& network;
  std::unique_ptr<Passes> passes;
  Portions portions;

  const model::ParameterLayout& layout() const { return network.layout(); }
};

/// thetas [P] or [G, P] by blocks, [G, shape ...].
model::Weights weights_of(const Plan& plan, const at::Tensor& thetas, std::size_t clients) {
  return views(plan.layout(), thetas.expand({static_cast<std::int64_t>(clients), plan.layout().size()}));
}

/// Rows of all clients there and back.
struct Portion {
  Portion(const Plan& plan, const model::Weights& w, GroupBatch rows)
      : batch(std::move(rows)), pass(plan.passes->forward(w, batch.x)), losses(pass->scores(), batch) {
    pass->go_back(losses.gradient());
  }

  GroupBatch batch;
  std::unique_ptr<Pass> pass;
  SoftmaxLosses losses;
};

/// Keeps the passes of small batches.
class BatchedLoss final : public learn::GroupLoss {
 public:
  BatchedLoss(const Plan& plan, const at::Tensor& thetas, const learn::Batches& batches)
      : plan_(plan), thetas_(thetas), batches_(batches) {}

  learn::Gradients gradients() override {
    const at::NoGradGuard plain;
    Sums g(plan_.layout(), clients(), thetas_.options());
    auto losses = at::zeros({clients()}, thetas_.options());
    for_each_portion([&](const Portion& portion) {
      portion.pass->add_gradient(g);
      losses.add_(portion.losses.values());
      cost::count_work({.gradient_rows = portion.batch.rows});
    });
    return {g.values(), losses};
  }

  learn::HessianProducts hessian_products(const at::Tensor& v, bool with_gradients) override {
    const at::NoGradGuard plain;
    Sums g(plan_.layout(), with_gradients ? clients() : 0, thetas_.options());
    Sums h(plan_.layout(), clients(), thetas_.options());
    const auto along = weights_of(plan_, v, batches_.size());
    for_each_portion([&](const Portion& portion) {
      portion.pass->add_hessian_product(along, portion.losses, h);
      if (with_gradients) portion.pass->add_gradient(g);
      cost::count_work({.hessian_rows = portion.batch.rows});
    });
    return {with_gradients ? g.values() : at::Tensor(), h.values()};
  }

 private:
  std::int64_t clients() const { return std::ssize(batches_); }

  template <class F>
  void for_each_portion(F work) {
    if (kept_) return work(*kept_);
    const auto w = weights_of(plan_, thetas_, batches_.size());
    const auto rows = most_rows(batches_);
    plan_.portions.for_each(batches_, thetas_.options(), [&](GroupBatch batch) {
      const bool keep = batch.x.size(1) == rows && plan_.portions.are_worth_keeping(rows);
      auto portion = std::make_unique<Portion>(plan_, w, std::move(batch));
      work(*portion);
      if (keep) kept_ = std::move(portion);
    });
  }

  const Plan& plan_;
  const at::Tensor thetas_;
  const learn::Batches batches_;
  std::unique_ptr<const Portion> kept_;
};

class BatchedEngine final : public learn::Engine {
 public:
  explicit BatchedEngine(Plan plan)
      : plan_(std::move(plan)), inner_loop_(cnn_inner_loop(plan_.network, plan_.portions)) {}

  std::int64_t group_limit() const override { return 256; }
  const learn::FusedInnerLoop* fused() const override { return inner_loop_.get(); }
  std::unique_ptr<learn::GroupLoss> loss(const at::Tensor& thetas,
                                         const learn::Batches& batches) const override {
    return std::make_unique<BatchedLoss>(plan_, thetas, batches);
  }

  std::vector<at::Tensor> scores(const at::Tensor& thetas, const learn::Batches& batches) const override {
    const at::NoGradGuard plain;
    const auto w = weights_of(plan_, thetas, batches.size());
    std::vector<at::Tensor> portions;
    plan_.portions.for_each(batches, thetas.options(), [&](const GroupBatch& batch) {
      portions.push_back(plan_.passes->forward(w, batch.x)->scores());
    });
    std::vector<at::Tensor> scores(batches.size());
    if (portions.empty()) return scores;
    const auto all = portions.size() == 1 ? portions.front() : at::cat(portions, 1);
    for (std::size_t i = 0; i < batches.size(); ++i)
      if (batches[i].rows() > 0)
        scores[i] = all.select(0, static_cast<std::int64_t>(i)).narrow(0, 0, batches[i].rows());
    return scores;
  }

 private:
  const Plan plan_;
  const std::unique_ptr<learn::FusedInnerLoop> inner_loop_;
};

std::unique_ptr<Passes> passes_for(const model::Network& network) {
  if (network.has_dropout()) return {};
  for (const auto offer : {dense_passes, cnn_passes, lstm_passes})
    if (auto passes = offer(network)) return passes;
  return {};
}

}  // namespace

std::unique_ptr<learn::Engine> make_batched_engine(const model::Network& network,
                                                   std::int64_t portion_bytes) {
  auto passes = passes_for(network);
  if (!passes) return {};
  const Portions portions{portion_bytes, passes->numbers_in_work(), passes->numbers_kept(),
                          network.layout().size()};
  return std::make_unique<BatchedEngine>(Plan{network, std::move(passes), portions});
}

std::unique_ptr<learn::Engine> offer_batched_engine(const model::Network& network, at::Device /*device*/,
                                                    model::Precision precision) {
  if (precision == model::Precision::bf16) return {};
  return make_batched_engine(network);
}

}  // namespace fedmeta::engine

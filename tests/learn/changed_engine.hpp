// An engine that passes everything on, and whose answers a test may change.
#pragma once

#include <utility>

#include "learn/engine.hpp"

namespace fedmeta::learn {

class ChangedEngine : public Engine {
 public:
  explicit ChangedEngine(const Engine& engine) : engine_(engine) {}

  bool has_dropout() const override { return engine_.has_dropout(); }
  std::unique_ptr<GroupLoss> loss(const at::Tensor& thetas, const Batches& batches) const override {
    return std::make_unique<ChangedLoss>(*this, thetas, batches);
  }
  std::vector<at::Tensor> scores(const at::Tensor& thetas, const Batches& batches) const override {
    return engine_.scores(thetas, batches);
  }

 protected:
  virtual void change(Gradients& g, const at::Tensor& thetas, const Batches& batches) const {
    (void)g, (void)thetas, (void)batches;
  }
  virtual void change(HessianProducts& h, const at::Tensor& thetas, const Batches& batches) const {
    (void)h, (void)thetas, (void)batches;
  }
  const Engine& engine() const { return engine_; }

 private:
  class ChangedLoss final : public GroupLoss {
   public:
    ChangedLoss(const ChangedEngine& changed, at::Tensor thetas, Batches batches)
        : changed_(changed),
          thetas_(std::move(thetas)),
          batches_(std::move(batches)),
          loss_(changed.engine_.loss(thetas_, batches_)) {}

    Gradients gradients() override {
      auto g = loss_->gradients();
      changed_.change(g, thetas_, batches_);
      return g;
    }
    HessianProducts hessian_products(const at::Tensor& v, bool with_gradients) override {
      auto h = loss_->hessian_products(v, with_gradients);
      changed_.change(h, thetas_, batches_);
      return h;
    }

   private:
    const ChangedEngine& changed_;
    const at::Tensor thetas_;
    const Batches batches_;
    const std::unique_ptr<GroupLoss> loss_;
  };

  const Engine& engine_;
};

/// The same with the engine's fused loop, if it has one, of which a test changes the meta-gradient.
class ChangedLoopEngine : public ChangedEngine, private FusedInnerLoop {
 public:
  using ChangedEngine::ChangedEngine;
  const FusedInnerLoop* fused() const override { return engine().fused() ? this : nullptr; }

 private:
  std::optional<at::Tensor> adapt(const at::Tensor& theta, double alpha, const Steps& steps) const override {
    return engine().fused()->adapt(theta, alpha, steps);
  }
};

}  // namespace fedmeta::learn

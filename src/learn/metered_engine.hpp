// An engine that notes how many samples went through it: what the FLOP formulas are checked against.
#pragma once

#include "cost/formulas.hpp"
#include "learn/engine.hpp"

namespace fedmeta::learn {

class MeteredEngine final : public Engine {
 public:
  explicit MeteredEngine(const Engine& engine) : engine_(engine) {}

  Gradient gradient(const at::Tensor& theta, const Batch& batch) const override {
    work_.gradient_rows += batch.rows();
    return engine_.gradient(theta, batch);
  }
  HessianProduct hessian_product(const at::Tensor& theta, const Batch& batch, const at::Tensor& v,
                                 bool with_gradient) const override {
    work_.hessian_rows += batch.rows();
    return engine_.hessian_product(theta, batch, v, with_gradient);
  }
  bool has_dropout() const override { return engine_.has_dropout(); }
  at::Tensor scores(const at::Tensor& theta, const at::Tensor& x) const override {
    return engine_.scores(theta, x);
  }

  at::Tensor adapt(const at::Tensor& theta, const InnerRate& alpha,
                   const std::vector<Batch>& steps) const override {
    work_.gradient_rows += rows_of(steps);
    return engine_.adapt(theta, alpha, steps);
  }
  Contribution meta_gradient(const at::Tensor& theta, const InnerRate& alpha, Order order,
                             const std::vector<Batch>& steps, const Batch& query) const override {
    work_.gradient_rows += rows_of(steps) + query.rows();
    if (order == Order::exact) work_.hessian_rows += rows_of(steps);
    return engine_.meta_gradient(theta, alpha, order, steps, query);
  }

  const cost::Work& work() const { return work_; }

 private:
  const Engine& engine_;
  mutable cost::Work work_;
};

}  // namespace fedmeta::learn

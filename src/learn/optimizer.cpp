#include "learn/optimizer.hpp"

#include <ATen/ATen.h>

#include "base/error.hpp"

namespace fedmeta::learn {
namespace {

class Sgd final : public Optimizer {
 public:
  Sgd(double rate, double momentum) : rate_(rate), momentum_(momentum) {}

  void step(at::Tensor& theta, const at::Tensor& direction) override {
    if (momentum_ == 0) {
      theta.sub_(direction, rate_);
      return;
    }
    if (!velocity_.defined()) velocity_ = at::zeros_like(theta);
    velocity_.mul_(momentum_).add_(direction);
    theta.sub_(velocity_, rate_);
  }

 private:
  double rate_, momentum_;
  at::Tensor velocity_;
};

class Adam final : public Optimizer {
 public:
  explicit Adam(double rate) : rate_(rate) {}

  void step(at::Tensor& theta, const at::Tensor& direction) override {
    if (!mean_.defined()) {
      mean_ = at::zeros_like(theta);
      square_ = at::zeros_like(theta);
      steps_ = at::zeros({}, theta.options().dtype(at::kFloat));
    }
    steps_.add_(1);
    at::_fused_adam_({theta}, {direction}, {mean_}, {square_}, {}, {steps_}, rate_, /*beta1=*/0.9,
                     /*beta2=*/0.999,
                     /*weight_decay=*/0.0, /*eps=*/1e-8, /*amsgrad=*/false, /*maximize=*/false);
  }

 private:
  double rate_;
  at::Tensor mean_, square_, steps_;
};

}  // namespace

std::unique_ptr<Optimizer> make_sgd(double rate, double momentum) {
  return std::make_unique<Sgd>(rate, momentum);
}

std::unique_ptr<Optimizer> make_adam(double rate) {
  return std::make_unique<Adam>(rate);
}

std::unique_ptr<Optimizer> make_optimizer(const std::string& name, double rate) {
  if (name == "sgd") return make_sgd(rate);
  if (name == "adam") return make_adam(rate);
  throw Error(Status::usage, "unknown optimiser", name, "use sgd or adam");
}

}  // namespace fedmeta::learn

#include "learn/optimizer.hpp"

#include <ATen/ATen.h>

#include "base/error.hpp"

namespace fedmeta::learn {
namespace {

class Sgd final : public Optimizer {
 public:
  Sgd(double rate, double momentum, double weight_decay)
      : rate_(rate), momentum_(momentum), weight_decay_(weight_decay) {}

  void step(at::Tensor& theta, const at::Tensor& direction) override {
    const auto g = weight_decay_ == 0 ? direction : at::add(direction, theta, weight_decay_);
    if (momentum_ == 0) {
      theta.sub_(g, rate_);
      return;
    }
    if (!velocity_.defined()) velocity_ = at::zeros_like(theta);
    velocity_.mul_(momentum_).add_(g);
    theta.sub_(velocity_, rate_);
  }

 private:
  double rate_, momentum_, weight_decay_;
  at::Tensor velocity_;
};

class Adam final : public Optimizer {
 public:
  Adam(double rate, double weight_decay, double beta1)
      : rate_(rate), weight_decay_(weight_decay), beta1_(beta1) {}

  void step(at::Tensor& theta, const at::Tensor& direction) override {
    if (!mean_.defined()) {
      mean_ = at::zeros_like(theta);
      square_ = at::zeros_like(theta);
      steps_ = at::zeros({}, theta.options().dtype(at::kFloat));
    }
    steps_.add_(1);
    at::_fused_adam_({theta}, {direction}, {mean_}, {square_}, {}, {steps_}, rate_, beta1_,
                     /*beta2=*/0.999, weight_decay_, /*eps=*/1e-8, /*amsgrad=*/false, /*maximize=*/false);
  }

 private:
  double rate_, weight_decay_, beta1_;
  at::Tensor mean_, square_, steps_;
};

}  // namespace

std::unique_ptr<Optimizer> make_sgd(double rate, double momentum, double weight_decay) {
  return std::make_unique<Sgd>(rate, momentum, weight_decay);
}

std::unique_ptr<Optimizer> make_adam(double rate, double weight_decay, double beta1) {
  return std::make_unique<Adam>(rate, weight_decay, beta1);
}

std::unique_ptr<Optimizer> make_optimizer(const std::string& name, double rate, double weight_decay,
                                          double beta1) {
  if (name == "sgd") return make_sgd(rate, 0, weight_decay);
  if (name == "adam") return make_adam(rate, weight_decay, beta1);
  throw Error(Status::usage, "unknown optimiser", name, "use sgd or adam");
}

}  // namespace fedmeta::learn

#include "learn/engine.hpp"

#include "learn/cnn_engine.hpp"
#include "learn/lstm_engine.hpp"

namespace fedmeta::learn {
namespace {

/// Keeps nothing.
class PlainLoss final : public BatchLoss {
 public:
  PlainLoss(const Engine& engine, at::Tensor theta, Batch batch)
      : engine_(engine), theta_(std::move(theta)), batch_(std::move(batch)) {}

  Gradient gradient() override { return engine_.gradient(theta_, batch_); }
  HessianProduct hessian_product(const at::Tensor& v, bool with_gradient) override {
    return engine_.hessian_product(theta_, batch_, v, with_gradient);
  }

 private:
  const Engine& engine_;
  const at::Tensor theta_;
  const Batch batch_;
};

}  // namespace

std::unique_ptr<BatchLoss> Engine::loss(const at::Tensor& theta, const Batch& batch) const {
  return std::make_unique<PlainLoss>(*this, theta, batch);
}

at::Tensor Engine::adapt(const at::Tensor& theta, const InnerRate& alpha,
                         const std::vector<Batch>& steps) const {
  auto adapted = theta;
  for (const auto& batch : steps) adapted = alpha.step(adapted, gradient(adapted, batch).value);
  return adapted;
}

std::unique_ptr<Engine> make_engine(const model::Network& network, at::Device device,
                                    model::Precision precision) {
  if (device.is_cpu() && precision == model::Precision::fp32) {
    const auto* cnn = dynamic_cast<const model::ImageCnn*>(&network);
    if (cnn && has_derived_passes(*cnn)) return make_cnn_engine(*cnn);
    const auto* lstm = dynamic_cast<const model::Lstm*>(&network);
    if (lstm) return make_lstm_engine(*lstm);
  }
  return make_autograd_engine(network, model::counted_products(precision));
}

}  // namespace fedmeta::learn

#include "model/dense_network.hpp"

#include <ATen/ATen.h>

namespace fedmeta::model {

DenseNetwork::DenseNetwork(std::string name, std::vector<std::int64_t> widths, Activation activation)
    : name_(std::move(name)), widths_(std::move(widths)), activation_(activation) {
  for (std::size_t i = 1; i < widths_.size(); ++i)
    layout_.add_layer("fc" + std::to_string(i), {widths_[i], widths_[i - 1]});
}

std::int64_t DenseNetwork::forward_flops_per_sample() const {
  std::int64_t products = 0;
  for (std::size_t i = 1; i < widths_.size(); ++i) products += widths_[i] * widths_[i - 1];
  return 2 * products;
}

at::Tensor DenseNetwork::logits(const Weights& w, const at::Tensor& x, const Products& products,
                                std::uint64_t /*dropout*/) const {
  auto h = products.linear(x, w[0], w[1]);
  for (std::size_t i = 2; i < w.size(); i += 2)
    h = products.linear(activation_ == Activation::relu ? h.relu() : h.tanh(), w[i], w[i + 1]);
  return h;
}

std::unique_ptr<Network> make_logistic_regression(const ModelPlan& plan) {
  return std::make_unique<DenseNetwork>(plan.name, std::vector{plan.features, plan.classes});
}

std::unique_ptr<Network> make_two_layers(const ModelPlan& plan) {
  constexpr std::int64_t hidden = 64;
  const auto activation =
      plan.option<std::string>("activation") == "tanh" ? Activation::tanh : Activation::relu;
  return std::make_unique<DenseNetwork>(plan.name, std::vector{plan.features, hidden, plan.classes},
                                        activation);
}

}  // namespace fedmeta::model

// Small problems on which derivatives can be checked, shared by the tests of this folder.
#pragma once

#include <ATen/ATen.h>

#include <functional>

#include "learn/engine.hpp"
#include "model/femnist_cnn.hpp"

namespace fedmeta::learn {

/// 5 -> 6 tanh -> 3: smooth, so that differences converge everywhere.
class TanhNetwork final : public model::Network {
 public:
  TanhNetwork() {
    layout_.add("fc1.weight", {6, 5});
    layout_.add("fc1.bias", {6});
    layout_.add("fc2.weight", {3, 6});
    layout_.add("fc2.bias", {3});
  }
  std::string name() const override { return "tanh"; }
  const model::ParameterLayout& layout() const override { return layout_; }
  std::int64_t forward_flops_per_sample() const override { return 2 * (5 * 6 + 6 * 3); }
  std::int64_t classes() const override { return 3; }
  at::Tensor logits(const model::Weights& w, const at::Tensor& x,
                    const model::Products& products) const override {
    return products.linear(products.linear(x, w[0], w[1]).tanh(), w[2], w[3]);
  }

 private:
  model::ParameterLayout layout_;
};

/// The FEMNIST network in small: P = 166.
inline model::FemnistCnn small_cnn() {
  return model::FemnistCnn(
      {.image = 8, .kernel = 3, .channels1 = 2, .channels2 = 3, .hidden = 5, .classes = 4});
}

/// Inputs in [0, 1), labels at random. Draws from ATen's generator: seed it with at::manual_seed.
inline Batch random_batch(std::int64_t rows, std::int64_t features, std::int64_t classes,
                          at::ScalarType type) {
  return {at::rand({rows, features}, type), at::randint(classes, {rows}, at::kLong)};
}

inline double relative_error(const at::Tensor& value, const at::Tensor& reference) {
  return (at::norm(value - reference) / at::norm(reference)).item<double>();
}

/// Gradient of f at a point [P], double, coordinate by coordinate.
inline at::Tensor central_differences(const std::function<double(const at::Tensor&)>& f,
                                      const at::Tensor& point, double h) {
  auto gradient = at::zeros_like(point);
  for (std::int64_t i = 0; i < point.numel(); ++i) {
    auto forward = point.clone(), backward = point.clone();
    forward[i] += h;
    backward[i] -= h;
    gradient[i] = (f(forward) - f(backward)) / (2 * h);
  }
  return gradient;
}

}  // namespace fedmeta::learn

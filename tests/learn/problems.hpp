// Small problems on which derivatives can be checked, shared by the tests of this folder.
#pragma once

#include <ATen/ATen.h>

#include <functional>

#include "learn/one_client.hpp"
#include "model/dense_network.hpp"
#include "model/image_cnn.hpp"
#include "model/lstm.hpp"

namespace fedmeta::learn {

/// 5 -> 6 tanh -> 3: smooth, so that differences converge everywhere.
struct TanhNetwork final : model::DenseNetwork {
  TanhNetwork() : DenseNetwork("tanh", {5, 6, 3}, model::Activation::tanh) {}
};

/// The FEMNIST network in small: P = 294.
inline model::ImageCnn small_cnn() {
  return model::ImageCnn({.image = 8, .channels1 = 2, .channels2 = 3, .hidden = 5, .classes = 4});
}

/// One with every part of an LSTM network in small, learning its vectors or given frozen ones.
inline model::Lstm small_lstm(bool frozen) {
  return model::Lstm(
      {.length = 3, .words = 3, .embedding = 2, .hidden = 2, .head = 2, .classes = 3, .two_biases = frozen},
      frozen ? at::randn({3, 3}, at::kDouble) : at::Tensor());
}

/// The image network with valid padding and dropout in small.
inline model::ImageCnn small_dropout_cnn() {
  return model::ImageCnn({.image = 8,
                          .kernel = 3,
                          .channels1 = 2,
                          .channels2 = 3,
                          .hidden = 6,
                          .classes = 4,
                          .padding = kernels::Padding::valid,
                          .pool_first = false,
                          .dropout_features = 0.25,
                          .dropout_hidden = 0.5});
}

/// What a network reads.
struct Samples {
  std::int64_t features;    ///< numbers, or tokens of a sequence
  std::int64_t tokens = 0;  ///< if not 0: ids 0 .. tokens, the last being unknown
};

/// Inputs in [0, 1), labels at random. Draws from ATen's generator: seed it with at::manual_seed.
inline Batch random_batch(std::int64_t rows, std::int64_t features, std::int64_t classes,
                          at::ScalarType type) {
  return {at::rand({rows, features}, type), at::randint(classes, {rows}, at::kLong)};
}

/// The same of what a network reads, with a key for dropout where it has some.
inline Batch random_batch(std::int64_t rows, const Samples& samples, std::int64_t classes,
                          at::ScalarType type) {
  auto batch = random_batch(rows, samples.features, classes, type);
  if (samples.tokens > 0) batch.x = at::randint(samples.tokens + 1, {rows, samples.features}, at::kLong);
  batch.dropout = 77;
  return batch;
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

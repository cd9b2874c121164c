// What the learning algorithms need to know of a network.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "model/parameter_layout.hpp"
#include "model/products.hpp"

namespace fedmeta::model {

/// Where the initial parameters come from: `tf` = Glorot-uniform kernels and zero biases (TensorFlow 1, the
/// papers), `torch` = PyTorch's defaults, U(+-1/sqrt(fan_in)) for weights and biases.
enum class Initialisation { tf, torch };

class Network {
 public:
  virtual ~Network() = default;

  virtual std::string name() const = 0;
  virtual const ParameterLayout& layout() const = 0;
  /// F: 2 per multiply-add of matrix products and convolutions only (REFERENCE, section 4).
  virtual std::int64_t forward_flops_per_sample() const = 0;
  virtual std::int64_t classes() const = 0;

  /// x [n, features...] in the weights' type -> class scores [n, classes]. Differentiable to any order.
  virtual at::Tensor logits(const Weights& weights, const at::Tensor& x, const Products& products) const = 0;
};

/// Names: "cnn" (FedMeta's FEMNIST network). Throws Error(usage) for another name.
std::unique_ptr<Network> make_network(const std::string& name);

/// A fresh theta [P], fp32 on the CPU, the same on every machine for the same seed.
at::Tensor initial_parameters(const ParameterLayout& layout, Initialisation initialisation,
                              std::uint64_t seed);

/// Mean softmax cross-entropy of scores [n, classes] against labels [n] (int64); a scalar tensor.
at::Tensor cross_entropy(const at::Tensor& scores, const at::Tensor& labels);

}  // namespace fedmeta::model

// What the learning algorithms need to know of a network.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "model/parameter_layout.hpp"
#include "model/products.hpp"

namespace fedmeta::model {

class Network {
 public:
  virtual ~Network() = default;

  virtual std::string name() const = 0;
  virtual const ParameterLayout& layout() const = 0;
  /// F: 2 per multiply-add of matrix products and convolutions only (docs/protocols.md 4).
  virtual std::int64_t forward_flops_per_sample() const = 0;
  virtual std::int64_t classes() const = 0;

  /// Whether training sets units to zero at random, and so wants a key with each batch.
  virtual bool has_dropout() const { return false; }

  /// x [n, features] in the weights' type, or token ids [n, length] in int64 -> class scores [n, classes].
  /// Differentiable to any order. `dropout` names the masks of dropout; 0 = none, as in evaluation.
  virtual at::Tensor logits(const Weights& weights, const at::Tensor& x, const Products& products,
                            std::uint64_t dropout) const = 0;
};

/// What a network is made from. Networks, their parameters and FLOPs: docs/models.md.
struct ModelPlan {
  std::string name{};  ///< cnn, tff-cnn-dropout, tff-cnn, fedlab-cnn, lstm, lr, nn, nn-unified
  std::int64_t classes = 62;
  std::int64_t features = 784;  ///< numbers of a sample: pixels, columns, or tokens of a sequence
  std::int64_t tokens = 0;      ///< lstm: ids 0 .. tokens-1 have a learned vector; the id `tokens` is unknown
  at::Tensor vectors{};         ///< lstm: frozen vectors [words, width] instead, on the run's device
  std::int64_t head = 0;        ///< lstm: units of a linear layer before the last, 0 = none
  std::string lstm_bias = "tf";     ///< tf = one bias a layer, torch = two
  std::string activation = "relu";  ///< of the hidden layer of nn and nn-unified: relu, tanh
};

/// Throws Error(usage) for an unknown name or value, and for a network that does not fit the samples.
std::unique_ptr<Network> make_network(const ModelPlan& plan);

/// Mean softmax cross-entropy of scores [n, classes] against labels [n] (int64); a scalar tensor.
at::Tensor cross_entropy(const at::Tensor& scores, const at::Tensor& labels);

}  // namespace fedmeta::model

// A network as the learning algorithms see it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "model/descriptors.hpp"
#include "model/parameter_layout.hpp"
#include "model/products.hpp"

namespace fedmeta::model {

class Network {
 public:
  virtual ~Network() = default;

  virtual std::string name() const = 0;
  virtual const ParameterLayout& layout() const = 0;
  /// Returns F, which counts 2 per multiply-add of matrix products and convolutions only (docs/protocols.md
  /// 4).
  virtual std::int64_t forward_flops_per_sample() const = 0;
  virtual std::int64_t classes() const = 0;

  /// Returns whether training sets units to zero at random, so that each batch needs a key.
  virtual bool has_dropout() const { return false; }

  /// Returns class scores [n, classes] for x [n, features] in the weights' type, or token ids [n, length] in
  /// int64. Differentiable to any order. `dropout` is the key of the dropout masks; 0 = none, as in
  /// evaluation.
  virtual at::Tensor logits(const Weights& weights, const at::Tensor& x, const Products& products,
                            std::uint64_t dropout) const = 0;
};

/// Everything needed to make a network. Networks, their parameters and FLOPs: docs/models.md.
struct ModelPlan {
  std::string name{};  ///< one of networks.def
  std::int64_t classes = 62;
  std::int64_t features = 784;  ///< numbers in a sample: pixels, columns, or tokens of a sequence
  std::int64_t tokens = 0;  ///< for text: ids 0 .. tokens-1 have a learned vector; the id `tokens` is unknown
  at::Tensor vectors{};     ///< for text: frozen vectors [words, width] instead, on the run's device
  NetworkOptions options = {};  ///< those that differ from their initial values

  /// Returns the value of an option that the network reads. T is its type: bool, std::int64_t, double or
  /// std::string.
  template <class T>
  T option(const std::string& option) const {
    return std::get<T>(value_of(option));
  }

 private:
  OptionValue value_of(const std::string& option) const;
};

/// Makes a network. Throws Error(usage) for an unknown name or word, and if the network does not fit the
/// samples.
std::unique_ptr<Network> make_network(const ModelPlan& plan);

/// Refuses a plan: throws an Error(usage) that names --model.
[[noreturn]] void refuse(const ModelPlan& plan, const std::string& what, const std::string& remedy);

/// Returns the mean softmax cross-entropy of scores [n, classes] against labels [n] (int64), a scalar tensor.
at::Tensor cross_entropy(const at::Tensor& scores, const at::Tensor& labels);

}  // namespace fedmeta::model

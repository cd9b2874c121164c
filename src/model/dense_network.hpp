// Fully connected networks: logistic regression and the two-layer networks of the production task.
#pragma once

#include "model/network.hpp"

namespace fedmeta::model {

/// ReLU's second derivative is zero wherever it exists; tanh is smooth.
enum class Activation { relu, tanh };

/// A linear layer from each of `widths` to the next, with the activation between layers. {103, 40} is
/// multinomial logistic regression.
class DenseNetwork : public Network {
 public:
  DenseNetwork(std::string name, std::vector<std::int64_t> widths, Activation activation = Activation::relu);

  Activation activation() const { return activation_; }
  std::string name() const override { return name_; }
  const ParameterLayout& layout() const override { return layout_; }
  std::int64_t forward_flops_per_sample() const override;
  std::int64_t classes() const override { return widths_.back(); }
  at::Tensor logits(const Weights& weights, const at::Tensor& x, const Products& products,
                    std::uint64_t dropout) const override;

 private:
  std::string name_;
  std::vector<std::int64_t> widths_;
  Activation activation_;
  ParameterLayout layout_;
};

}  // namespace fedmeta::model

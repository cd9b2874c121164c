// Two linear layers with few units between them, and no activation: logistic regression whose weight has a
// low rank. For inputs of many columns, of which the classes depend on few combinations.
#include "model/network.hpp"

namespace fedmeta::model {
namespace {

class Bottleneck final : public Network {
 public:
  Bottleneck(std::string name, std::int64_t features, std::int64_t units, std::int64_t classes)
      : name_(std::move(name)), features_(features), units_(units), classes_(classes) {
    layout_.add_layer("fc1", {units, features});
    layout_.add_layer("fc2", {classes, units});
  }

  std::string name() const override { return name_; }
  const ParameterLayout& layout() const override { return layout_; }
  std::int64_t forward_flops_per_sample() const override { return 2 * units_ * (features_ + classes_); }
  std::int64_t classes() const override { return classes_; }
  at::Tensor logits(const Weights& w, const at::Tensor& x, const Products& products,
                    std::uint64_t /*dropout*/) const override {
    return products.linear(products.linear(x, w[0], w[1]), w[2], w[3]);
  }

 private:
  std::string name_;
  std::int64_t features_, units_, classes_;
  ParameterLayout layout_;
};

}  // namespace

std::unique_ptr<Network> make_bottleneck(const ModelPlan& plan) {
  return std::make_unique<Bottleneck>(plan.name, plan.features, plan.option<std::int64_t>("bottleneck-units"),
                                      plan.classes);
}

}  // namespace fedmeta::model

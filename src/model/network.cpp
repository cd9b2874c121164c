#include "model/network.hpp"

#include <ATen/ATen.h>

#include "base/error.hpp"
#include "model/dense_network.hpp"
#include "model/image_cnn.hpp"
#include "model/lstm.hpp"

namespace fedmeta::model {
namespace {

bool reads_tokens(const ModelPlan& plan) {
  return plan.tokens > 0 || plan.vectors.defined();
}

[[noreturn]] void refuse(const ModelPlan& plan, const std::string& what, const std::string& remedy) {
  throw Error(Status::usage, what, "--model " + plan.name, remedy);
}

Activation activation(const ModelPlan& plan) {
  if (plan.activation == "relu") return Activation::relu;
  if (plan.activation == "tanh") return Activation::tanh;
  refuse(plan, "unknown activation " + plan.activation, "use relu or tanh");
}

bool two_biases(const ModelPlan& plan) {
  if (plan.lstm_bias != "tf" && plan.lstm_bias != "torch")
    refuse(plan, "unknown kind of LSTM biases " + plan.lstm_bias, "use tf (one) or torch (two)");
  return plan.lstm_bias == "torch";
}

std::unique_ptr<Network> make_lstm(const ModelPlan& plan) {
  if (!reads_tokens(plan)) refuse(plan, "this network reads text", "use lr, nn or an image network");
  Lstm::Sizes sizes;
  sizes.length = plan.features;
  sizes.words = plan.tokens;
  sizes.hidden = plan.vectors.defined() ? 100 : 256;  // Sent140's and Shakespeare's
  sizes.head = plan.head;
  sizes.classes = plan.classes;
  sizes.two_biases = two_biases(plan);
  return std::make_unique<Lstm>(sizes, plan.vectors);
}

std::unique_ptr<Network> make_dense(const ModelPlan& plan) {
  std::vector<std::int64_t> widths{plan.features, plan.classes};
  if (plan.name != "lr") widths.insert(widths.begin() + 1, 64);
  return std::make_unique<DenseNetwork>(plan.name, std::move(widths), activation(plan));
}

}  // namespace

std::unique_ptr<Network> make_network(const ModelPlan& plan) {
  if (plan.name == "lstm") return make_lstm(plan);
  if (reads_tokens(plan)) refuse(plan, "this network cannot read text", "use lstm");
  if (plan.name == "lr" || plan.name == "nn" || plan.name == "nn-unified") return make_dense(plan);
  auto sizes = image_cnn_sizes(plan.name, plan.classes);
  if (plan.features != sizes.image * sizes.image)
    refuse(plan, "this network reads images of 28 x 28 pixels", "use lr or nn");
  return std::make_unique<ImageCnn>(sizes, plan.name);
}

at::Tensor cross_entropy(const at::Tensor& scores, const at::Tensor& labels) {
  return at::cross_entropy_loss(scores, labels);
}

}  // namespace fedmeta::model

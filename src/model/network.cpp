#include "model/network.hpp"

#include <ATen/ATen.h>

#include <cmath>

#include "base/error.hpp"
#include "base/random.hpp"
#include "model/femnist_cnn.hpp"

namespace fedmeta::model {
namespace {

/// Inputs and outputs of one unit, a convolution's times its window.
struct Fans {
  double in, out;
};

Fans fans(const std::vector<std::int64_t>& shape) {
  double window = 1;
  for (std::size_t d = 2; d < shape.size(); ++d) window *= static_cast<double>(shape[d]);
  return {static_cast<double>(shape[1]) * window, static_cast<double>(shape[0]) * window};
}

}  // namespace

std::unique_ptr<Network> make_network(const std::string& name) {
  if (name == "cnn") return std::make_unique<FemnistCnn>();
  throw Error(Status::usage, "unknown network", "--model " + name, "use one of: cnn");
}

at::Tensor initial_parameters(const ParameterLayout& layout, Initialisation initialisation,
                              std::uint64_t seed) {
  auto theta = at::zeros({layout.size()}, at::kFloat);
  float* values = theta.data_ptr<float>();
  Fans last{1, 1};  // a bias takes the fan-in of the weight before it
  for (std::size_t b = 0; b < layout.blocks().size(); ++b) {
    const auto& block = layout.blocks()[b];
    const bool bias = block.shape.size() < 2;
    if (!bias) last = fans(block.shape);
    if (bias && initialisation == Initialisation::tf) continue;
    const double limit = initialisation == Initialisation::tf ? std::sqrt(6.0 / (last.in + last.out))
                                                              : 1.0 / std::sqrt(last.in);
    Random random(seed, "initialisation", {b});
    for (std::int64_t i = 0; i < block.size; ++i)
      values[block.offset + i] = static_cast<float>(random.uniform(-limit, limit));
  }
  return theta;
}

at::Tensor cross_entropy(const at::Tensor& scores, const at::Tensor& labels) {
  return at::cross_entropy_loss(scores, labels);
}

}  // namespace fedmeta::model

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "model/network.hpp"

namespace fedmeta::model {
namespace {

constexpr std::uint64_t seed = 7;

/// Each block's values must fill U(-limit, limit).
void expect_uniform(const at::Tensor& values, double limit, const std::string& name) {
  const auto count = static_cast<double>(values.numel());
  const auto v = values.to(at::kDouble);
  EXPECT_LE(v.abs().max().item<double>(), limit * (1 + 1e-6)) << name;
  // Of n uniform values the largest is below (1 - 20 / n) limit once in e^20 times.
  EXPECT_GE(v.abs().max().item<double>(), limit * (1 - 20 / count)) << name;
  const double deviation = limit / std::sqrt(3.0);
  EXPECT_NEAR(v.mean().item<double>(), 0, 5 * deviation / std::sqrt(count)) << name;
  // The fourth moment of U(-1, 1) is 1/5, so the variance of its square is 1/5 - 1/9.
  EXPECT_NEAR(v.square().mean().item<double>(), limit * limit / 3,
              5 * limit * limit * std::sqrt((1.0 / 5 - 1.0 / 9) / count))
      << name;
}

TEST(Initialisation, TfIsGlorotUniformWithZeroBiases) {
  const auto cnn = make_network({.name = "cnn"});
  const auto weights = cnn->layout().views(initial_parameters(cnn->layout(), Initialisation::tf, seed));
  // sqrt(6 / (fan_in + fan_out)); a convolution's fans are its channels times 25.
  const std::map<std::string, double> limits = {{"conv1.weight", std::sqrt(6.0 / (25 + 800))},
                                                {"conv2.weight", 0.05},  // 6 / (800 + 1600) = .0025
                                                {"fc1.weight", std::sqrt(6.0 / (3136 + 2048))},
                                                {"fc2.weight", std::sqrt(6.0 / (2048 + 62))}};
  for (std::size_t b = 0; b < weights.size(); ++b) {
    const auto& name = cnn->layout().blocks()[b].name;
    if (name.ends_with("bias"))
      EXPECT_EQ(weights[b].abs().max().item<float>(), 0) << name;
    else
      expect_uniform(weights[b], limits.at(name), name);
  }
}

TEST(Initialisation, TorchIsUniformWithFanInForWeightsAndBiases) {
  const auto cnn = make_network({.name = "cnn"});
  const auto weights = cnn->layout().views(initial_parameters(cnn->layout(), Initialisation::torch, seed));
  const double limits[] = {1 / std::sqrt(25.0), 1 / std::sqrt(800.0), 1 / std::sqrt(3136.0),
                           1 / std::sqrt(2048.0)};
  for (std::size_t b = 0; b < weights.size(); ++b)
    expect_uniform(weights[b], limits[b / 2], cnn->layout().blocks()[b].name);
}

TEST(Initialisation, DependsOnTheSeedAlone) {
  const auto cnn = make_network({.name = "cnn"});
  const auto draw = [&](std::uint64_t from) {
    return initial_parameters(cnn->layout(), Initialisation::tf, from);
  };
  at::manual_seed(1);
  const auto first = draw(seed);
  at::manual_seed(2);
  (void)draw(seed + 1);
  (void)at::rand({5});
  EXPECT_TRUE(at::equal(first, draw(seed)));
  EXPECT_FALSE(at::equal(first, draw(seed + 1)));
  EXPECT_EQ(first.scalar_type(), at::kFloat);
}

TEST(Initialisation, BlocksDoNotShareAStream) {
  ParameterLayout layout;
  layout.add_layer("a", {8, 8});
  layout.add_layer("b", {8, 8});
  const auto weights = layout.views(initial_parameters(layout, Initialisation::tf, seed));
  EXPECT_FALSE(at::equal(weights[0], weights[2]));

  ParameterLayout wider;
  wider.add_layer("a", {8, 8});
  wider.add_layer("b", {100, 8});
  EXPECT_TRUE(at::equal(weights[0], wider.views(initial_parameters(wider, Initialisation::tf, seed))[0]));
}

struct LstmParts {
  at::Tensor embedding, weight_ih, weight_hh, biases;
};

/// Of the Shakespeare network; biases of the first layer [biases, 4 hidden].
LstmParts lstm_parts(const std::string& bias, Initialisation initialisation) {
  const auto network = make_network(
      {.name = "lstm", .classes = 80, .features = 80, .tokens = 80, .options = {{"lstm-bias", bias}}});
  const auto w = network->layout().views(initial_parameters(network->layout(), initialisation, seed));
  return {w[0], w[1], w[2], bias == "tf" ? w[3].unsqueeze(0) : at::stack({w[3], w[4]})};
}

/// Gates i, f, g, o of 256 units each.
void expect_forget_ones(const at::Tensor& biases) {
  const auto bias = biases.sum(0);
  EXPECT_TRUE(at::equal(bias.slice(0, 256, 512), at::ones({256})));
  EXPECT_EQ(bias.slice(0, 0, 256).abs().max().item<float>(), 0);
  EXPECT_EQ(bias.slice(0, 512).abs().max().item<float>(), 0);
}

TEST(Initialisation, TfOfAnLstmIsGlorotOverTheJointKernelWithForgetBiasOne) {
  for (const std::string bias : {"tf", "torch"}) {
    const auto parts = lstm_parts(bias, Initialisation::tf);
    expect_uniform(parts.embedding, std::sqrt(6.0 / (80 + 8)), "embedding");
    const double limit = std::sqrt(6.0 / (8 + 256 + 4 * 256));
    expect_uniform(parts.weight_ih, limit, "weight_ih");
    expect_uniform(parts.weight_hh, limit, "weight_hh");
    expect_forget_ones(parts.biases);
  }
}

TEST(Initialisation, TorchOfAnLstmIsUniformByItsUnits) {
  const auto parts = lstm_parts("torch", Initialisation::torch);
  expect_uniform(parts.weight_ih, 1.0 / 16, "weight_ih");
  expect_uniform(parts.weight_hh, 1.0 / 16, "weight_hh");
  expect_uniform(parts.biases, 1.0 / 16, "biases");
  // 640 standard normal values: mean, variance and kurtosis within five of their standard errors.
  const auto e = parts.embedding.to(at::kDouble);
  const double n = static_cast<double>(e.numel());
  EXPECT_NEAR(e.mean().item<double>(), 0, 5 / std::sqrt(n));
  EXPECT_NEAR(e.square().mean().item<double>(), 1, 5 * std::sqrt(2 / n));
  EXPECT_NEAR(e.pow(4).mean().item<double>(), 3, 5 * std::sqrt(96 / n));
}

}  // namespace
}  // namespace fedmeta::model

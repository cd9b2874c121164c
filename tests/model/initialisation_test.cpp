#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "base/error.hpp"
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
  const auto cnn = make_network("cnn");
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
  const auto cnn = make_network("cnn");
  const auto weights = cnn->layout().views(initial_parameters(cnn->layout(), Initialisation::torch, seed));
  const double limits[] = {1 / std::sqrt(25.0), 1 / std::sqrt(800.0), 1 / std::sqrt(3136.0),
                           1 / std::sqrt(2048.0)};
  for (std::size_t b = 0; b < weights.size(); ++b)
    expect_uniform(weights[b], limits[b / 2], cnn->layout().blocks()[b].name);
}

TEST(Initialisation, DependsOnTheSeedAlone) {
  const auto cnn = make_network("cnn");
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
  layout.add("a.weight", {8, 8});
  layout.add("b.weight", {8, 8});
  const auto weights = layout.views(initial_parameters(layout, Initialisation::tf, seed));
  EXPECT_FALSE(at::equal(weights[0], weights[1]));

  ParameterLayout wider;
  wider.add("a.weight", {8, 8});
  wider.add("b.weight", {100, 8});
  EXPECT_TRUE(at::equal(weights[0], wider.views(initial_parameters(wider, Initialisation::tf, seed))[0]));
}

TEST(MakeNetwork, RefusesAnUnknownName) {
  try {
    make_network("resnet");
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), Status::usage);
    EXPECT_NE(std::string(error.what()).find("resnet"), std::string::npos);
  }
}

}  // namespace
}  // namespace fedmeta::model

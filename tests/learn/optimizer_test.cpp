// Optimisers against their formulas, one number at a time.
#include "learn/optimizer.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

namespace fedmeta::learn {
namespace {

/// Moves one parameter by one step, given its gradient.
using Scalar = std::function<double(double theta, double g)>;

Scalar sgd(double rate, double momentum) {
  return [=, v = 0.0](double theta, double g) mutable {
    v = momentum * v + g;
    return theta - rate * v;
  };
}

// Kingma & Ba 2015, Algorithm 1.
Scalar adam(double rate, double beta1 = 0.9) {
  return [=, m = 0.0, v = 0.0, t = 0](double theta, double g) mutable {
    ++t;
    m = beta1 * m + (1 - beta1) * g;
    v = 0.999 * v + 0.001 * g * g;
    const double m_hat = m / (1 - std::pow(beta1, t)), v_hat = v / (1 - std::pow(0.999, t));
    return theta - rate * m_hat / (std::sqrt(v_hat) + 1e-8);
  };
}

void expect_path(const Optimizer& optimizer, const std::function<Scalar()>& reference, at::ScalarType type,
                 double tolerance) {
  constexpr std::int64_t p = 37;  // not a multiple of a vector register
  at::manual_seed(9);
  auto theta = at::randn({p}, type);
  std::vector<Scalar> step(p);
  std::vector<double> expected(p);
  for (std::int64_t i = 0; i < p; ++i) {
    step[static_cast<std::size_t>(i)] = reference();
    expected[static_cast<std::size_t>(i)] = theta[i].item<double>();
  }
  OptimizerState state;
  for (int t = 0; t < 12; ++t) {
    // Magnitudes from 1e-9, where Adam's epsilon matters, to 10.
    const auto g = at::randn({p}, type) * at::pow(10, at::linspace(-9, 1, p, type));
    optimizer.step(theta, g, state);
    for (std::int64_t i = 0; i < p; ++i) {
      auto& value = expected[static_cast<std::size_t>(i)];
      value = step[static_cast<std::size_t>(i)](value, g[i].item<double>());
      ASSERT_NEAR(theta[i].item<double>(), value, tolerance * (1 + std::abs(value))) << "step " << t;
    }
  }
}

TEST(Sgd, FollowsItsFormula) {
  expect_path(
      *make_sgd(0.1), [] { return sgd(0.1, 0); }, at::kDouble, 1e-15);
  expect_path(
      *make_sgd(0.1), [] { return sgd(0.1, 0); }, at::kFloat, 1e-6);
}

TEST(Sgd, FollowsItsFormulaWithMomentum) {
  expect_path(
      *make_sgd(0.1, 0.9), [] { return sgd(0.1, 0.9); }, at::kDouble, 1e-14);
  expect_path(
      *make_sgd(0.1, 0.9), [] { return sgd(0.1, 0.9); }, at::kFloat, 3e-6);
}

TEST(Adam, FollowsItsFormula) {
  expect_path(
      *make_adam(0.01), [] { return adam(0.01); }, at::kDouble, 1e-14);
  expect_path(
      *make_adam(0.01), [] { return adam(0.01); }, at::kFloat, 1e-6);
}

// FedLab's fine-tuning has no mean of gradients.
TEST(Adam, FollowsItsFormulaWithAnotherBeta1) {
  expect_path(
      *make_adam(0.01, 0, 0), [] { return adam(0.01, 0); }, at::kDouble, 1e-14);
  expect_path(
      *make_adam(0.01, 0, 0.5), [] { return adam(0.01, 0.5); }, at::kDouble, 1e-14);
}

/// The rule of PyTorch's SGD and Adam: decay x theta joins the gradient before anything else.
Scalar decayed(double decay, Scalar step) {
  return [=](double theta, double g) mutable { return step(theta, g + decay * theta); };
}

TEST(Optimizer, AddsWeightDecayToTheGradient) {
  expect_path(
      *make_sgd(0.1, 0, 0.3), [] { return decayed(0.3, sgd(0.1, 0)); }, at::kDouble, 1e-14);
  expect_path(
      *make_sgd(0.1, 0.9, 0.3), [] { return decayed(0.3, sgd(0.1, 0.9)); }, at::kDouble, 1e-14);
  expect_path(
      *make_adam(0.01, 0.3), [] { return decayed(0.3, adam(0.01)); }, at::kDouble, 1e-13);
}

TEST(Optimizer, LeavesTheDirectionAsItIs) {
  for (const auto& optimizer :
       {make_sgd(0.1), make_sgd(0.1, 0.9, 0.2), make_adam(0.1), make_adam(0.1, 0.2)}) {
    auto theta = at::zeros({5});
    const auto direction = at::arange(5, at::kFloat);
    OptimizerState state;
    optimizer->step(theta, direction, state);
    optimizer->step(theta, direction, state);
    EXPECT_TRUE(at::equal(direction, at::arange(5, at::kFloat)));
  }
}

}  // namespace
}  // namespace fedmeta::learn

// Meta-gradients of quadratic losses, which have closed forms.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "learn/one_client.hpp"

namespace fedmeta::learn {
namespace {

constexpr std::int64_t p = 4;

/// L(theta) = (theta - a)' A (theta - a) / 2, A symmetric.
struct Quadratic {
  at::Tensor A, a;

  at::Tensor gradient(const at::Tensor& theta) const { return A.mv(theta - a); }
};

/// A batch's labels are all the same and say which of the quadratics is its loss.
class QuadraticEngine final : public engine::ClientEngine {
 public:
  explicit QuadraticEngine(std::vector<Quadratic> losses) : losses_(std::move(losses)) {}

 protected:
  std::unique_ptr<engine::BatchLoss> client_loss(const at::Tensor& theta, const Batch& batch) const override {
    return std::make_unique<Loss>(losses_.at(static_cast<std::size_t>(batch.y[0].item<std::int64_t>())),
                                  theta);
  }
  at::Tensor client_scores(const at::Tensor&, const at::Tensor&) const override {
    throw std::logic_error("unused");
  }

 private:
  class Loss final : public engine::BatchLoss {
   public:
    Loss(const Quadratic& quadratic, at::Tensor theta) : quadratic_(quadratic), theta_(std::move(theta)) {}
    engine::Gradient gradient() override {
      const auto g = quadratic_.gradient(theta_);
      return {g, at::dot(g, theta_ - quadratic_.a) / 2};
    }
    engine::HessianProduct hessian_product(const at::Tensor& v, bool) override {
      return {quadratic_.gradient(theta_), quadratic_.A.mv(v)};
    }

   private:
    const Quadratic& quadratic_;
    const at::Tensor theta_;
  };

  std::vector<Quadratic> losses_;
};

Batch batch_of(std::int64_t loss, std::int64_t rows = 1) {
  return {at::zeros({rows, 1}), at::full({rows}, loss, at::kLong)};
}

Quadratic random_quadratic() {
  const auto half = at::randn({p, p}, at::kDouble);
  return {half.matmul(half.t()) / p, at::randn({p}, at::kDouble)};
}

class QuadraticOracle : public testing::TestWithParam<int> {
 protected:
  void SetUp() override {
    at::manual_seed(5);
    for (int i = 0; i < 4; ++i) losses.push_back(random_quadratic());
    theta = at::randn({p}, at::kDouble);
    alphas = at::rand({p}, at::kDouble) * 0.3;
  }
  void expect_close(const at::Tensor& value, const at::Tensor& reference) {
    EXPECT_LT((value - reference).abs().max().item<double>(), 1e-13) << value << "\n" << reference;
  }

  std::vector<Quadratic> losses;  ///< 0: query; 1, 2, 3: inner steps
  at::Tensor theta, alphas;
  const at::Tensor I = at::eye(p, at::kDouble);
  const double alpha = 0.2;
  const int K = GetParam();
};

// docs/protocols.md 3.1: (I - alpha A)^K C (theta_K - b), theta_K = a + (I - alpha A)^K (theta - a).
TEST_P(QuadraticOracle, MamlWithTheSameSupportSetInEachStep) {
  const auto& [A, a] = losses[1];
  const auto& [C, b] = losses[0];
  const auto power = at::matrix_power(I - alpha * A, K);
  const auto adapted = a + power.mv(theta - a);

  const QuadraticEngine engine(losses);
  const std::vector<Batch> steps(static_cast<std::size_t>(K), batch_of(1));
  expect_close(adapt(engine, theta, InnerRate(alpha), steps), adapted);
  expect_close(fomaml(engine, theta, alpha, steps, batch_of(0)).direction, C.mv(adapted - b));

  const auto [direction, loss] = maml(engine, theta, alpha, steps, batch_of(0));
  expect_close(direction, power.mv(C.mv(adapted - b)));
  expect_close(loss, at::dot(adapted - b, C.mv(adapted - b)) / 2);
}

// Steps of different losses do not commute: the sweep must meet them last to first.
TEST_P(QuadraticOracle, MetaSgdWithADifferentBatchInEachStep) {
  // Forward mode: d theta_k / d theta and d theta_k / d alpha as matrices, step by step.
  auto adapted = theta;
  auto d_theta = I, d_alpha = at::zeros_like(I);
  std::vector<Batch> steps;
  for (int k = 1; k <= K; ++k) {
    const auto& step = losses[static_cast<std::size_t>(k)];
    const auto g = step.gradient(adapted);
    const auto contraction = I - at::diag(alphas).matmul(step.A);
    d_alpha = contraction.matmul(d_alpha) - at::diag(g);
    d_theta = contraction.matmul(d_theta);
    adapted = adapted - alphas * g;
    steps.push_back(batch_of(k));
  }
  const auto query_gradient = losses[0].gradient(adapted);
  const auto expected = at::cat({d_theta.t().mv(query_gradient), d_alpha.t().mv(query_gradient)});

  const QuadraticEngine engine(losses);
  expect_close(meta_sgd(engine, theta, alphas, steps, batch_of(0)).direction, expected);

  const auto equal_rates = at::full({p}, alpha, at::kDouble);
  expect_close(maml(engine, theta, alpha, steps, batch_of(0)).direction,
               meta_sgd(engine, theta, equal_rates, steps, batch_of(0)).direction.slice(0, 0, p));
}

INSTANTIATE_TEST_SUITE_P(Steps, QuadraticOracle, testing::Values(1, 2, 3));

TEST(QuadraticOracle, MetaSgdsRateGradientOfOneStepIsMinusTheProductOfTheGradients) {
  at::manual_seed(6);
  const std::vector<Quadratic> losses{random_quadratic(), random_quadratic()};
  const auto theta = at::randn({p}, at::kDouble), alphas = at::rand({p}, at::kDouble);
  const auto g = losses[1].gradient(theta);
  const auto direction =
      meta_sgd(QuadraticEngine(losses), theta, alphas, {batch_of(1)}, batch_of(0)).direction;
  EXPECT_TRUE(at::allclose(direction.slice(0, p), -g * losses[0].gradient(theta - alphas * g), 1e-14));
}

// The loss of local training is the mean over the rows, each before its step.
TEST(QuadraticOracle, LocalTrainingStepsAndReportsItsLoss) {
  const Quadratic q{at::eye(p, at::kDouble), at::zeros({p}, at::kDouble)};
  const auto theta = at::ones({p}, at::kDouble);
  const auto result =
      train_locally(QuadraticEngine({q}), theta, std::vector{batch_of(0, 3), batch_of(0, 1)}, *make_sgd(0.5));
  EXPECT_TRUE(at::equal(result.direction, at::full({p}, 0.25, at::kDouble)));
  EXPECT_DOUBLE_EQ(result.loss.item<double>(), (3 * 2.0 + 1 * 0.5) / 4);  // p / 2 at 1, p / 8 at 1/2
  EXPECT_TRUE(at::equal(theta, at::ones({p}, at::kDouble)));
}

}  // namespace
}  // namespace fedmeta::learn

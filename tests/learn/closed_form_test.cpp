// Hessian-vector products of logistic regression and of one ReLU layer by the R-operator (Pearlmutter 1994),
// as docs/protocols.md 3.2 writes them out, against those of the engine.
#include <gtest/gtest.h>

#include "engine/autograd_engine.hpp"
#include "learn/problems.hpp"

namespace fedmeta::learn {
namespace {

/// A layer's weight [out, in] and bias [out], or a direction in them.
struct Layer {
  at::Tensor weight, bias;
};

at::Tensor affine(const at::Tensor& x, const Layer& layer) {
  return at::mm(x, layer.weight.t()) + layer.bias;
}

/// Derivatives of the loss with respect to the scores Z [n, c], and how they move with them:
/// (P - Y) / n and RP / n.
struct OfScores {
  at::Tensor d, rd;
};

OfScores of_scores(const at::Tensor& z, const at::Tensor& rz, const at::Tensor& labels) {
  const auto n = static_cast<double>(z.size(0));
  const auto p = at::softmax(z, 1);
  const auto y = at::zeros_like(p).scatter_(1, labels.unsqueeze(1), 1.0);
  return {(p - y) / n, p * (rz - (p * rz).sum(1, true)) / n};
}

at::Tensor joined(const at::Tensor& weight, const at::Tensor& bias) {
  return at::cat({weight.reshape({-1}), bias});
}

at::Tensor logistic_product(const model::Weights& w, const model::Weights& v, const Batch& batch) {
  const auto s = of_scores(affine(batch.x, {w[0], w[1]}), affine(batch.x, {v[0], v[1]}), batch.y);
  return joined(at::mm(s.rd.t(), batch.x), s.rd.sum(0));
}

at::Tensor relu_product(const model::Weights& w, const model::Weights& v, const Batch& batch) {
  const auto a = affine(batch.x, {w[0], w[1]});
  const auto m = a.gt(0).to(at::kDouble), u = m * a;
  const auto ru = m * affine(batch.x, {v[0], v[1]});
  const auto rz = at::mm(ru, w[2].t()) + affine(u, {v[2], v[3]});
  const auto s = of_scores(affine(u, {w[2], w[3]}), rz, batch.y);
  const auto second = at::mm(s.d.t(), ru) + at::mm(s.rd.t(), u);
  const auto rd1 = (at::mm(s.rd, w[2]) + at::mm(s.d, v[2])) * m;
  return at::cat({joined(at::mm(rd1.t(), batch.x), rd1.sum(0)), joined(second, s.rd.sum(0))});
}

class ClosedForm : public testing::Test {
 protected:
  ClosedForm() { at::manual_seed(5); }

  /// The engine's product at random points along random directions must be `expected` of the weights, the
  /// direction and the batch.
  template <class Expected>
  void compare(const model::Network& network, std::int64_t features, const Expected& expected) const {
    const auto engine = engine::make_autograd_engine(network, model::counted_products());
    const auto& layout = network.layout();
    for (int repetition = 0; repetition < 5; ++repetition) {
      const auto theta = at::randn({layout.size()}, at::kDouble), v = at::randn_like(theta);
      const auto batch = random_batch(12, features, network.classes(), at::kDouble);
      const auto product = hessian_product(*engine, theta, batch, v, false).value;
      EXPECT_LT(relative_error(product, expected(layout.views(theta), layout.views(v), batch)), 1e-10);
    }
  }
};

TEST_F(ClosedForm, OfLogisticRegression) {
  compare(model::DenseNetwork("lr", {60, 10}), 60, logistic_product);
}

TEST_F(ClosedForm, OfOneReluLayer) {
  compare(model::DenseNetwork("nn", {103, 64, 40}), 103, relu_product);
}

}  // namespace
}  // namespace fedmeta::learn

// The count of executed FLOPs against operator callbacks, and both against what the formulas leave out.
//
// A layer's derivatives take 3 products (forward, data, weight), a Hessian-vector product 6 more. The first
// layer's input needs no derivative: its gradient saves 1 of 3 products, its Hessian-vector product 4 of 6.
#include "cost/executed_flops.hpp"

#include <gtest/gtest.h>

#include "learn/cnn_engine.hpp"
#include "learn/local_training.hpp"
#include "learn/meta_gradient.hpp"
#include "learn/problems.hpp"
#include "learn/product_observer.hpp"

namespace fedmeta::learn {
namespace {

struct Counts {
  std::int64_t executed, observed;
};

Counts count(const std::function<void()>& work) {
  const ProductObserver observer;
  const auto before = cost::executed_flops();
  work();
  return {cost::executed_flops() - before, observer.flops()};
}

void expect_count(const std::function<void()>& work, std::int64_t expected) {
  const auto counts = count(work);
  EXPECT_EQ(counts.observed, expected);
  EXPECT_EQ(counts.executed, counts.observed);
}

struct Setting {
  const char* name;
  model::FemnistCnn::Sizes sizes;
  std::int64_t first_layer;  ///< forward FLOPs per sample of the first convolution
  bool hand_derived = false;
};

std::ostream& operator<<(std::ostream& out, const Setting& setting) {
  return out << setting.name;
}

class ExecutedFlops : public testing::TestWithParam<Setting> {
 protected:
  std::int64_t gradient_flops(std::int64_t rows) const { return (3 * f - f1) * rows; }
  std::int64_t hessian_flops(std::int64_t rows) const { return (9 * f - 5 * f1) * rows; }
  Batch batch(std::int64_t rows) const {
    const auto& s = GetParam().sizes;
    return random_batch(rows, s.image * s.image, s.classes, at::kFloat);
  }

  const model::FemnistCnn cnn{GetParam().sizes};
  const std::int64_t f = cnn.forward_flops_per_sample(), f1 = GetParam().first_layer;
  const at::Tensor theta = model::initial_parameters(cnn.layout(), model::Initialisation::tf, 1);
  const std::unique_ptr<Engine> engine =
      GetParam().hand_derived ? make_cnn_engine(cnn) : make_autograd_engine(cnn, model::counted_products());
};

TEST_P(ExecutedFlops, OfScores) {
  expect_count([&] { engine->scores(theta, batch(3).x); }, 3 * f);
}

TEST_P(ExecutedFlops, OfAGradient) {
  expect_count([&] { engine->gradient(theta, batch(3)); }, gradient_flops(3));
}

TEST_P(ExecutedFlops, OfAHessianProduct) {
  expect_count([&] { engine->hessian_product(theta, batch(3), theta, true); }, hessian_flops(3));
  const auto saved = GetParam().hand_derived ? 3 * f : 0;  // the gradient's weight products
  expect_count([&] { engine->hessian_product(theta, batch(3), theta, false); }, hessian_flops(3) - saved);
}

// ATen's own derivatives are outside the count, not outside the observer, and need as much.
TEST_P(ExecutedFlops, AreNotCountedOnThePlainPath) {
  const auto plain = make_autograd_engine(cnn, model::plain_products());
  const auto counts = count([&] { plain->gradient(theta, batch(3)); });
  EXPECT_EQ(counts.executed, 0);
  EXPECT_EQ(counts.observed, gradient_flops(3));
}

TEST_P(ExecutedFlops, OfAClientsTask) {
  const auto query = batch(4);
  const auto steps = minibatches(batch(5), {2, 3, 0});  // 3, 2, 3, 2 rows
  const auto inner = gradient_flops(10), last = gradient_flops(4), sweep = hessian_flops(10);
  const auto saved = GetParam().hand_derived ? 10 * f : 0;  // MAML's sweep needs no gradients
  const auto alpha = at::full_like(theta, 1e-3);
  expect_count([&] { fedsgd(*engine, theta, query); }, last);
  expect_count([&] { fomaml(*engine, theta, 1e-3, steps, query); }, inner + last);
  expect_count([&] { maml(*engine, theta, 1e-3, steps, query); }, inner + sweep + last - saved);
  expect_count([&] { meta_sgd(*engine, theta, alpha, steps, query); }, inner + sweep + last);
  expect_count([&] { fedavg(*engine, theta, steps, *make_adam(1e-4)); }, inner);
}

INSTANTIATE_TEST_SUITE_P(Cnn, ExecutedFlops,
                         testing::Values(Setting{"femnist", {}, 2 * 784 * 25 * 32},
                                         Setting{"small", {8, 3, 2, 3, 5, 4}, 2 * 64 * 9 * 2},
                                         Setting{"femnist by hand", {}, 2 * 784 * 25 * 32, true},
                                         Setting{"small by hand", {8, 3, 2, 3, 5, 4}, 2 * 64 * 9 * 2, true}));

}  // namespace
}  // namespace fedmeta::learn

// The count of executed FLOPs against operator callbacks, and both against what the formulas leave out.
//
// A layer's derivatives take 3 products (forward, data, weight), a Hessian-vector product 6 more. The first
// layer's input needs no derivative: its gradient saves 1 of 3 products, its Hessian-vector product 4 of 6.
#include "cost/executed_flops.hpp"

#include <gtest/gtest.h>

#include "engine/autograd_engine.hpp"
#include "engine/batched/batched_engine.hpp"
#include "engine/make_engine.hpp"
#include "engine/product_observer.hpp"
#include "learn/local_training.hpp"
#include "learn/meta_gradient.hpp"
#include "learn/problems.hpp"

namespace fedmeta::engine {
using namespace learn;
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
  std::shared_ptr<const model::Network> network;
  Samples samples;
  std::int64_t first_layer = 0;  ///< forward FLOPs per sample of products whose input needs no derivative
  std::int64_t left_out = 0;     ///< forward FLOPs per sample of F that are never executed
  std::int64_t saved = 0;        ///< likewise by hand-derived passes alone
  std::int64_t sparse = 0;       ///< and once more in each product that makes a weight's gradient
  bool hand_derived = false;
  bool batched = false;                 ///< by hand for groups of clients
  bool keeps = false;                   ///< passes of small batches, for the way back
  std::vector<std::int64_t> wide = {};  ///< shape of a weight that inner loops of SGD keep factored
  std::int64_t tables = 0;  ///< per sample, of the product that makes the gradient of word vectors
  std::int64_t map = 0;  ///< FLOPs of taking a layer's kernels to Winograd's places, or their gradient back
};

std::ostream& operator<<(std::ostream& out, const Setting& setting) {
  return out << setting.name;
}

/// With every ReLU behind a convolution on: where one is off, hand-derived passes leave its part out.
at::Tensor initial_parameters(const model::Network& network) {
  const auto theta = model::initial_parameters(network.layout(), model::Initialisation::tf, 1);
  for (const auto& block : network.layout().blocks())
    if (block.name == "conv2.bias") theta.narrow(0, block.offset, block.size).fill_(10);
  return theta;
}

class ExecutedFlops : public testing::TestWithParam<Setting> {
 protected:
  std::int64_t gradient_flops(std::int64_t rows, std::int64_t batches = 1) const {
    return (3 * f - f1 - sparse + tables) * rows + map * batches;
  }
  std::int64_t hessian_flops(std::int64_t rows) const {
    return (9 * f - 5 * f1 - 3 * sparse + 2 * tables) * rows + 2 * map;
  }
  learn::Batch batch(std::int64_t rows) const {
    return random_batch(rows, GetParam().samples, network.classes(), at::kFloat);
  }

  /// What a factored weight adds to a task of inner steps of 3, 2, 3 and 2 rows, and takes from it.
  std::int64_t in_factors(std::int64_t query, bool exact) const {
    if (GetParam().wide.empty()) return 0;
    const auto o = GetParam().wide[0], i = GetParam().wide[1];
    const std::int64_t n[] = {3, 2, 3, 2}, before[] = {0, 3, 5, 8}, rows = 10;
    // n rows through factors of r rows, forward and backward.
    const auto through = [&](std::int64_t n, std::int64_t r) { return 2 * 2 * n * r * (o + i); };
    auto added = through(query, rows) - 2 * o * i * rows;  // the inner steps form no weight gradient
    for (int k = 0; k < 4; ++k) added += through(n[k], before[k]);
    if (!exact) return added;
    // On the way back W's factors are met once more, and v's instead of a matrix.
    for (int k = 0; k < 4; ++k) {
      const auto after = rows - before[k] - n[k];
      added += through(n[k], before[k]) + through(n[k], query + 2 * after) - 2 * 2 * o * i * n[k];
    }
    return added;
  }

  const model::Network& network = *GetParam().network;
  const std::int64_t f = network.forward_flops_per_sample() - GetParam().left_out - GetParam().saved,
                     f1 = GetParam().first_layer, map = GetParam().map, sparse = GetParam().sparse,
                     tables = GetParam().tables;
  const at::Tensor theta = initial_parameters(network);
  const std::unique_ptr<learn::Engine> engine =
      GetParam().batched        ? make_batched_engine(network)
      : GetParam().hand_derived ? make_engine(network, at::kCPU)
                                : make_autograd_engine(network, model::counted_products());
};

TEST_P(ExecutedFlops, OfScores) {
  expect_count([&] { scores(*engine, theta, batch(3).x); }, 3 * f + map);
}

TEST_P(ExecutedFlops, OfAGradient) {
  expect_count([&] { gradient(*engine, theta, batch(3)); }, gradient_flops(3));
}

TEST_P(ExecutedFlops, OfAHessianProduct) {
  expect_count([&] { hessian_product(*engine, theta, batch(3), theta, true); }, hessian_flops(3));
  const auto saved =
      GetParam().hand_derived ? 3 * (f - sparse + tables) : 0;  // the gradient's weight products
  expect_count([&] { hessian_product(*engine, theta, batch(3), theta, false); }, hessian_flops(3) - saved);
}

// ATen's own derivatives are outside the count, not outside the observer, and need as much.
TEST_P(ExecutedFlops, AreNotCountedOnThePlainPath) {
  const auto plain = make_autograd_engine(network, model::plain_products());
  const auto counts = count([&] { gradient(*plain, theta, batch(3)); });
  EXPECT_EQ(counts.executed, 0);
  EXPECT_EQ(counts.observed, gradient_flops(3) + 3 * (3 * GetParam().saved + sparse - tables) - map);
}

TEST_P(ExecutedFlops, OfAClientsTask) {
  const auto query = batch(4);
  const auto steps = learn::minibatches(batch(5), {2, 3, 0});  // 3, 2, 3, 2 rows
  const auto inner = gradient_flops(10, 4), last = gradient_flops(4);
  // Hand-derived passes keep each step's activations where they are shorter than the parameters, and MAML's
  // sweep needs no gradients.
  const auto& setting = GetParam();
  const auto again = setting.keeps ? 0 : (2 * f - f1) * 10 + map * 4,
             weights = setting.hand_derived ? 10 * (f - sparse + tables) : 0;
  const auto sweep = again + (7 * f - 4 * f1 - 3 * sparse + 2 * tables) * 10 + map * 4;
  const auto alpha = at::full_like(theta, 1e-3);
  expect_count([&] { learn::fedsgd(*engine, theta, query); }, last);
  expect_count([&] { learn::meta_sgd(*engine, theta, alpha, steps, query); }, inner + sweep + last);
  expect_count([&] { learn::fedavg(*engine, theta, steps, *learn::make_adam(1e-4)); }, inner);
  const auto first = inner + last + in_factors(query.rows(), false), exact = inner + sweep - weights + last;
  expect_count([&] { learn::fomaml(*engine, theta, 1e-3, steps, query); }, first);
  expect_count([&] { learn::maml(*engine, theta, 1e-3, steps, query); },
               exact + in_factors(query.rows(), true));
}

std::vector<Setting> settings() {
  const auto named = [](const model::ModelPlan& plan) {
    return std::shared_ptr<const model::Network>(model::make_network(plan));
  };
  const auto cnn = std::make_shared<model::ImageCnn>(small_cnn());
  // An LSTM's first step has no recurrent product: 2 layers x 8 gates x 2 units.
  const std::int64_t first_step = 2 * 2 * 8 * 2;
  const auto lstm = std::make_shared<model::Lstm>(small_lstm(false)),
             frozen = std::make_shared<model::Lstm>(small_lstm(true));
  // Winograd's convolution takes 36 products for each pair of channels where 100 are in F; a map 36 x 25.
  // Kernels' gradients take one place of four.
  const auto saved = [](std::int64_t tiles, std::int64_t pairs) { return 2 * (100 - 36) * tiles * pairs; };
  const auto sparse = [](std::int64_t tiles, std::int64_t pairs) { return 2 * (36 - 25) * tiles * pairs; };
  const auto map = [](std::int64_t pairs) { return 2 * 36 * 25 * pairs; };
  return {{"femnist", named({.name = "cnn"}), {784}, 2 * 784 * 25 * 32},
          {"valid_padding", named({.name = "tff-cnn-dropout"}), {784}, 2 * 26 * 26 * 9 * 32},
          {"small", cnn, {64}, 2 * 64 * 25 * 2},
          {.name = "femnist_by_hand",
           .network = named({.name = "cnn"}),
           .samples = {784},
           .first_layer = 2 * 784 * 25 * 32,
           .saved = saved(49, 32 * 64),
           .sparse = sparse(49, 32 * 64),
           .hand_derived = true,
           .keeps = true,
           .wide = {2048, 3136},
           .map = map(32 * 64)},
          {.name = "small_by_hand",
           .network = cnn,
           .samples = {64},
           .first_layer = 2 * 64 * 25 * 2,
           .saved = saved(4, 2 * 3),
           .sparse = sparse(4, 2 * 3),
           .hand_derived = true,
           .map = map(2 * 3)},
          {.name = "femnist_batched",
           .network = named({.name = "cnn"}),
           .samples = {784},
           .first_layer = 2 * 784 * 25 * 32,
           .hand_derived = true,
           .batched = true,
           .keeps = true,
           .wide = {2048, 3136}},
          {.name = "small_batched",
           .network = cnn,
           .samples = {64},
           .first_layer = 2 * 64 * 25 * 2,
           .hand_derived = true,
           .batched = true},
          {.name = "nn_batched",
           .network = named({.name = "nn", .classes = 40, .features = 103}),
           .samples = {103},
           .first_layer = 2 * 103 * 64,
           .hand_derived = true,
           .batched = true,
           .keeps = true},
          {.name = "lstm_batched",
           .network = lstm,
           .samples = {3, 3},
           .left_out = first_step,
           .hand_derived = true,
           .batched = true,
           .tables = 2 * 3 * 3 * 2},
          {.name = "frozen_lstm_batched",
           .network = frozen,
           .samples = {3, 3},
           .first_layer = 2 * 3 * 8 * 3,
           .left_out = first_step,
           .hand_derived = true,
           .batched = true},
          {"lr", named({.name = "lr", .classes = 40, .features = 103}), {103}, 8240},
          {"nn", named({.name = "nn", .classes = 40, .features = 103}), {103}, 2 * 103 * 64},
          {"lstm", lstm, {3, 3}, 0, first_step},
          {.name = "lstm_by_hand",
           .network = lstm,
           .samples = {3, 3},
           .left_out = first_step,
           .hand_derived = true},
          {"frozen_lstm", frozen, {3, 3}, 2 * 3 * 8 * 3, first_step},
          {.name = "frozen_lstm_by_hand",
           .network = frozen,
           .samples = {3, 3},
           .first_layer = 2 * 3 * 8 * 3,
           .left_out = first_step,
           .hand_derived = true}};
}

INSTANTIATE_TEST_SUITE_P(Networks, ExecutedFlops, testing::ValuesIn(settings()));

}  // namespace
}  // namespace fedmeta::engine

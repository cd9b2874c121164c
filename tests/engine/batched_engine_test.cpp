// The batched engine's passes are those of each client alone, by autograd. Whole updates: group_test.cpp,
// which is compiled beside.
#include "engine/batched/batched_engine.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "device/again_recorder.hpp"
#include "engine/autograd_engine.hpp"
#include "engine/make_engine.hpp"
#include "learn/group_cases.hpp"
#include "sanitizers/paper_sizes.hpp"

namespace fedmeta {
namespace {

using namespace learn;

/// Portions of a row or two.
constexpr std::int64_t few_bytes = 50'000;

/// An LSTM network with no two sizes alike.
std::shared_ptr<const model::Network> odd_lstm(model::Lstm::Sizes sizes, bool frozen) {
  sizes.words = 7;
  sizes.hidden = 6;
  sizes.classes = 4;
  return std::make_shared<model::Lstm>(sizes, frozen ? at::rand({7, 5}, at::kDouble) : at::Tensor());
}

std::shared_ptr<const model::Network> dense(std::vector<std::int64_t> widths,
                                            model::Activation activation = model::Activation::relu) {
  return std::make_shared<model::DenseNetwork>("dense", std::move(widths), activation);
}

std::shared_ptr<const model::Network> odd_cnn() {
  return std::make_shared<model::ImageCnn>(model::ImageCnn::Sizes{
      .image = 12, .kernel = 3, .channels1 = 5, .channels2 = 7, .hidden = 9, .classes = 4});
}

std::shared_ptr<const model::Network> wide_cnn() {
  return std::make_shared<model::ImageCnn>(
      model::ImageCnn::Sizes{.image = 8, .channels1 = 2, .channels2 = 8, .hidden = 200, .classes = 4});
}

std::vector<GroupCase> every_network() {
  const auto whole = [](const model::Network& network) { return engine::make_batched_engine(network); };
  const auto portions = [](const model::Network& network) {
    return engine::make_batched_engine(network, {.portion_bytes = few_bytes});
  };
  // As on a GPU: portions come in few sizes, and work is recorded and replayed.
  const auto recorded = [](const model::Network& network) {
    return engine::make_batched_engine(
        network, {.rounded = true, .recorder = std::make_unique<device::AgainRecorder>()});
  };
  const auto recorded_portions = [](const model::Network& network) {
    return engine::make_batched_engine(
        network,
        {.portion_bytes = few_bytes, .rounded = true, .recorder = std::make_unique<device::AgainRecorder>()});
  };
  std::vector<GroupCase> cases{
      {"relu_recorded", dense({6, 5, 4}), {6}, recorded},
      {"cnn_recorded", std::make_shared<model::ImageCnn>(small_cnn()), {64}, recorded},
      {"odd_cnn_recorded_in_portions", odd_cnn(), {144}, recorded_portions},
      {"wide_cnn_recorded", wide_cnn(), {64}, recorded},
      {"lstm_recorded", odd_lstm({.length = 6}, false), {6, 7}, recorded},
      {"lstm_recorded_in_portions", odd_lstm({.length = 6}, false), {6, 7}, recorded_portions},
      {"lr", dense({6, 4}), {6}, whole},
      {"relu", dense({6, 5, 4}), {6}, whole},
      {"tanh", dense({6, 5, 7, 4}, model::Activation::tanh), {6}, whole},
      {"tanh_in_portions", dense({6, 5, 7, 4}, model::Activation::tanh), {6}, portions},
      {"cnn", std::make_shared<model::ImageCnn>(small_cnn()), {64}, whole},
      {"odd_cnn", odd_cnn(), {144}, whole},
      {"odd_cnn_in_portions", odd_cnn(), {144}, portions},
      {"wide_cnn", wide_cnn(), {64}, whole},  // whose inner loops are fused
      {"lstm", odd_lstm({.length = 6}, false), {6, 7}, whole},
      {"lstm_in_portions", odd_lstm({.length = 6}, false), {6, 7}, portions},
      {"lstm_of_two_steps", odd_lstm({.length = 2}, false), {2, 7}, whole},
      {"lstm_with_head", odd_lstm({.length = 5, .head = 3}, false), {5, 7}, whole},
      {"frozen_lstm",
       odd_lstm({.length = 6, .layers = 3, .head = 3, .two_biases = true}, true),
       {6, 7},
       whole}};
  return cases;
}

class BatchedEngine : public testing::TestWithParam<std::tuple<GroupCase, at::ScalarType, bool>> {
 protected:
  BatchedEngine()
      : network(*std::get<0>(GetParam()).network),
        type(std::get<1>(GetParam())),
        batched(std::get<0>(GetParam()).make_engine(network)),
        alone(engine::make_autograd_engine(network, model::plain_products())) {
    at::manual_seed(4);
    const bool shared = std::get<2>(GetParam());
    for (const std::int64_t rows : {5, 0, 1, 12, 5}) {
      batches.push_back(
          rows == 0 ? Batch() : random_batch(rows, std::get<0>(GetParam()).samples, network.classes(), type));
    }
    const auto p = network.layout().size(), g = std::ssize(batches);
    // Of a size that leaves no sample learnt by heart: of its gradient rounding would be all there is.
    const auto first = model::initial_parameters(network.layout(), model::Initialisation::torch, 1);
    thetas =
        (first.to(at::kDouble) + at::randn(shared ? std::vector{p} : std::vector{g, p}, at::kDouble) * 0.02)
            .to(type);
    v = at::randn({g, p}, at::kDouble).to(type);
  }

  /// Client i in double, where the reference computes.
  at::Tensor exact(const at::Tensor& of_clients, std::size_t i) const {
    return of_client(of_clients, i).to(at::kDouble);
  }
  Batch exact_batch(std::size_t i) const {
    const auto& x = batches[i].x;
    return {x.is_floating_point() ? x.to(at::kDouble) : x, batches[i].y, 0};
  }

  const model::Network& network;
  const at::ScalarType type;
  const double tolerance = type == at::kDouble ? 1e-10 : 1e-5;
  const std::unique_ptr<Engine> batched, alone;
  Batches batches;
  at::Tensor thetas, v;
};

TEST_P(BatchedEngine, IsAutogradOfEachClient) {
  const auto g = batched->gradients(thetas, batches);
  const auto loss = batched->loss(thetas, batches);
  loss->gradients();  // after it passes may have been kept
  const auto h = loss->hessian_products(v, true);
  const auto without = batched->hessian_products(thetas, batches, v, false);
  EXPECT_FALSE(without.gradients.defined());
  const auto scores = batched->scores(thetas, batches);
  for (std::size_t i = 0; i < batches.size(); ++i) {
    const auto row = static_cast<std::int64_t>(i);
    if (batches[i].rows() == 0) {
      for (const auto& zero : {g.values, h.values, h.gradients})
        EXPECT_EQ(at::norm(zero[row]).item<double>(), 0);
      EXPECT_EQ(g.losses[row].item<double>(), 0);
      continue;
    }
    const auto theta = exact(thetas, i);
    const auto batch = exact_batch(i);
    const auto expected = gradient(*alone, theta, batch);
    const auto product = hessian_product(*alone, theta, batch, exact(v, i), false);
    EXPECT_LT(relative_error(exact(g.values, i), expected.value), tolerance) << "client " << i;
    EXPECT_LT(relative_error(g.losses[row].to(at::kDouble), expected.loss), tolerance) << "client " << i;
    EXPECT_LT(relative_error(exact(h.gradients, i), expected.value), tolerance) << "client " << i;
    EXPECT_LT(relative_error(exact(h.values, i), product.value), tolerance) << "client " << i;
    EXPECT_LT(relative_error(exact(without.values, i), product.value), tolerance) << "client " << i;
    EXPECT_LT(relative_error(scores[i].to(at::kDouble), learn::scores(*alone, theta, batch.x)), tolerance)
        << "client " << i;
    EXPECT_EQ(scores[i].scalar_type(), type);
  }
}

INSTANTIATE_TEST_SUITE_P(Networks, BatchedEngine,
                         testing::Combine(testing::ValuesIn(every_network()),
                                          testing::Values(at::kDouble, at::kFloat), testing::Bool()),
                         [](const auto& info) {
                           return std::get<0>(info.param).name +
                                  (std::get<1>(info.param) == at::kDouble ? "_double" : "_float") +
                                  (std::get<2>(info.param) ? "_one_theta" : "_own_thetas");
                         });

/// The networks of the papers in their own sizes.
TEST(BatchedEngineOfPapers, IsAutogradOfEachClient) {
  FEDMETA_AT_PAPER_SIZES();
  const std::vector<std::pair<std::shared_ptr<const model::Network>, Samples>> cases{
      {std::make_shared<model::ImageCnn>(), {784}},
      {std::make_shared<model::Lstm>(model::Lstm::Sizes{}), {80, 80}},
      {std::make_shared<model::Lstm>(model::Lstm::Sizes{.length = 25, .hidden = 100, .classes = 2},
                                     at::rand({50, 300}, at::kDouble)),
       {25, 50}}};
  for (const auto& [network, samples] : cases) {
    at::manual_seed(4);
    const auto theta =
        model::initial_parameters(network->layout(), model::Initialisation::torch, 1).to(at::kDouble);
    const Batches batches{random_batch(3, samples, network->classes(), at::kDouble),
                          random_batch(1, samples, network->classes(), at::kDouble)};
    const auto batched = engine::make_batched_engine(*network);
    const auto alone = engine::make_autograd_engine(*network, model::plain_products());
    const auto g = batched->gradients(theta, batches);
    const auto h = batched->hessian_products(theta, batches, g.values, false);
    for (std::size_t i = 0; i < 2; ++i) {
      const auto expected = gradient(*alone, theta, batches[i]);
      EXPECT_LT(relative_error(of_client(g.values, i), expected.value), 1e-10) << network->name();
      const auto product = hessian_product(*alone, theta, batches[i], of_client(g.values, i), false);
      EXPECT_LT(relative_error(of_client(h.values, i), product.value), 1e-10) << network->name();
    }
  }
}

TEST(EngineKinds, AreMadeWhereTheyServe) {
  const model::DenseNetwork lr("lr", {6, 4});
  const auto cnn = small_cnn(), dropout = small_dropout_cnn();
  const auto limit = [](const model::Network& network, engine::EngineKind kind) {
    return engine::make_engine(network, at::kCPU, {.kind = kind})->group_limit();
  };
  EXPECT_GT(limit(lr, engine::EngineKind::batched), 1);
  EXPECT_GT(limit(cnn, engine::EngineKind::batched), 1);
  EXPECT_EQ(limit(cnn, engine::EngineKind::automatic), 1) << "derived passes are faster on the CPU";
  EXPECT_EQ(limit(cnn, engine::EngineKind::derived), 1);
  EXPECT_EQ(limit(dropout, engine::EngineKind::autograd), 1);
  EXPECT_EQ(limit(dropout, engine::EngineKind::automatic), 1);
  EXPECT_THROW(limit(dropout, engine::EngineKind::batched), Error);
  EXPECT_THROW(limit(lr, engine::EngineKind::derived), Error);
  EXPECT_THROW(engine::make_engine(lr, at::kCPU, {model::Precision::bf16, engine::EngineKind::batched}),
               Error);
  EXPECT_TRUE(engine::make_engine(cnn, at::kCPU, {.kind = engine::EngineKind::derived})->fused());
}

}  // namespace

/// Whole updates of every algorithm (tests/learn/group_test.cpp).
std::vector<learn::GroupCase> learn::group_cases() {
  return every_network();
}

}  // namespace fedmeta

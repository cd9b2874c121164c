// The network of docs/extending.md, reached by its name.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "cost/executed_flops.hpp"
#include "engine/autograd_engine.hpp"
#include "engine/make_engine.hpp"
#include "engine/unrolled.hpp"
#include "learn/meta_gradient.hpp"
#include "model/network.hpp"

namespace fedmeta {
namespace {

constexpr std::int64_t features = 12, classes = 5;

std::unique_ptr<model::Network> bottleneck(const model::NetworkOptions& options = {}) {
  return model::make_network(
      {.name = "bottleneck", .classes = classes, .features = features, .options = options});
}

learn::Batch random_batch(std::int64_t rows) {
  return {at::randn({rows, features}, at::kDouble), at::randint(classes, {rows}, at::kLong)};
}

TEST(Bottleneck, IsANetworkAndItsOptionOneOfTheCommandLine) {
  const auto names = model::network_names();
  EXPECT_EQ(std::count(names.begin(), names.end(), "bottleneck"), 1);
  EXPECT_EQ(std::get<std::int64_t>(model::initial_network_options().at("bottleneck-units")), 8);
}

TEST(Bottleneck, HasTheUnitsThatAreAskedFor) {
  const auto parameters = [](std::int64_t units) { return units * (features + classes + 1) + classes; };
  EXPECT_EQ(bottleneck()->layout().size(), parameters(8));
  EXPECT_EQ(bottleneck({{"bottleneck-units", 2}})->layout().size(), parameters(2));
}

TEST(Bottleneck, IsRefusedForText) {
  EXPECT_THROW(model::make_network({.name = "bottleneck", .features = 80, .tokens = 80}), Error);
}

/// What the network says of its FLOPs is what its products do.
TEST(Bottleneck, CountsItsFlops) {
  const auto network = bottleneck();
  const auto theta = model::initial_parameters(network->layout(), model::Initialisation::tf, 1);
  const auto x = at::randn({7, features});
  const auto before = cost::executed_flops();
  network->logits(network->layout().views(theta), x, model::counted_products(), 0);
  EXPECT_EQ(cost::executed_flops() - before, 7 * network->forward_flops_per_sample());
}

/// The engine that it gets learns it to learn: MAML's direction is that of the unrolled loop.
TEST(Bottleneck, IsMetaLearned) {
  at::manual_seed(1);
  const auto network = bottleneck();
  const auto engine = engine::make_engine(*network, at::kCPU);
  const auto theta = at::randn({network->layout().size()}, at::kDouble);
  const std::vector<learn::Batch> steps{random_batch(6), random_batch(4)};
  const auto query = random_batch(5);
  const auto update = learn::maml(*engine, theta, 0.1, {{steps[0]}, {steps[1]}}, {query});
  const auto exact = engine::unrolled_meta_gradient(*network, theta, at::scalar_tensor(0.1, theta.options()),
                                                    steps, query, /*wrt_alpha=*/false);
  EXPECT_LT((update.directions[0] - exact.value).norm().item<double>() / exact.value.norm().item<double>(),
            1e-12);
}

}  // namespace
}  // namespace fedmeta

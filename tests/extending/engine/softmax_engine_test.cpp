// The engine of docs/extending.md, as make_engine finds it. What it computes is held by
// tests/learn/group_test.cpp, which is compiled beside.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "engine/make_engine.hpp"
#include "learn/group_cases.hpp"

namespace fedmeta {

std::vector<learn::GroupCase> learn::group_cases() {
  return {{"softmax",
           std::make_shared<model::DenseNetwork>("lr", std::vector<std::int64_t>{6, 4}),
           {6},
           [](const model::Network& network) { return engine::make_engine(network, at::kCPU); }}};
}

namespace engine {
namespace {

bool computes_groups(const model::Network& network, model::Precision precision = model::Precision::fp32) {
  return make_engine(network, at::kCPU, {precision})->group_limit() > 1;
}

TEST(SoftmaxEngine, IsTakenWhereItServes) {
  EXPECT_TRUE(computes_groups(model::DenseNetwork("lr", {6, 4})));
  EXPECT_FALSE(computes_groups(model::DenseNetwork("nn", {6, 5, 4})));
  EXPECT_FALSE(computes_groups(model::DenseNetwork("lr", {6, 4}), model::Precision::bf16));
  EXPECT_FALSE(computes_groups(learn::small_cnn()));
  EXPECT_FALSE(computes_groups(learn::small_lstm(false)));
}

TEST(SoftmaxEngine, ComputesInTheTypeOfTheParameters) {
  at::manual_seed(1);
  const model::DenseNetwork network("lr", {6, 4});
  const auto engine = make_engine(network, at::kCPU);
  for (const auto type : {at::kFloat, at::kDouble}) {
    const auto theta = at::randn({network.layout().size()}, at::kDouble).to(type);
    const auto batch = learn::random_batch(5, 6, 4, type);
    EXPECT_EQ(engine->gradients(theta, {batch, batch}).values.scalar_type(), type);
    EXPECT_EQ(engine->scores(theta, {batch}).front().scalar_type(), type);
  }
}

}  // namespace
}  // namespace engine
}  // namespace fedmeta

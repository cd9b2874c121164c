// What the options of a protocol do to a client's update and adaptation.
#include <gtest/gtest.h>

#include "algorithms/protocol.hpp"
#include "engine/autograd_engine.hpp"
#include "learn/local_training.hpp"
#include "learn/problems.hpp"

namespace fedmeta::algorithms {
namespace {

using learn::Passes;
using test::make_algorithm;
using test::make_run;
using test::Protocol;

class Options : public testing::Test {
 protected:
  Options() { at::manual_seed(21); }

  Protocol protocol(const std::string& algorithm) const {
    Protocol p;
    p.algorithm = algorithm;
    p.rounds = 2;
    p.clients_per_round = 3;
    p.local = {1, 4, 0};
    p.local_lr = 0.05;
    p.inner = {1, 3, 0};
    p.inner_lr = 0.1;
    return p;
  }
  at::Tensor direction(const Protocol& p, const at::Tensor& phi) const {
    learn::ClientStates fresh;
    return make_algorithm(p)->client_updates(*engine, phi, group(), fresh).directions[0];
  }
  at::Tensor adapted(const Protocol& p) const {
    return learn::of_client(make_algorithm(p)->adapt(*engine, theta, group()), 0);
  }
  learn::Group group() const { return {{task}, {order}}; }
  at::Tensor trained(const learn::Batch& set, const Passes& passes, const learn::Optimizer& optimizer,
                     learn::OptimizerState* kept = nullptr) const {
    auto random = order;
    return learn::train_locally(*engine, theta, learn::minibatches(set, passes, &random), optimizer, kept)
        .direction;
  }
  /// theta after two steps against itself: momentum shows in the second.
  at::Tensor server_step(const learn::Optimizer& optimizer) const {
    auto stepped = theta.clone();
    learn::OptimizerState state;
    for (int i = 0; i < 2; ++i) optimizer.step(stepped, theta, state);
    return stepped;
  }
  at::Tensor server_step(const Algorithm& algorithm) const {
    return server_step(*algorithm.server_optimizer());
  }
  std::vector<learn::Batch> steps() const { return learn::minibatches(task.support(), {1, 3, 0}); }

  const learn::TanhNetwork network;
  const std::unique_ptr<learn::Engine> engine =
      engine::make_autograd_engine(network, model::counted_products());
  const std::int64_t p = network.layout().size();
  const at::Tensor theta = at::randn({p}, at::kDouble);
  const at::Tensor phi = at::cat({theta, at::full({p}, 0.1, at::kDouble)});  // of Meta-SGD
  const learn::Task task{learn::random_batch(13, 5, 3, at::kDouble), 6};
  const Random order{1, "test"};
};

TEST_F(Options, MamlOfFirstOrderIsFomaml) {
  auto first = protocol("maml");
  EXPECT_FALSE(at::equal(direction(first, theta), direction(protocol("fomaml"), theta)));
  first.first_order = true;
  EXPECT_TRUE(at::equal(direction(first, theta), direction(protocol("fomaml"), theta)));
  EXPECT_EQ(make_algorithm(first)->flops(10, 13, 6), 3 * 10 * 13);
  EXPECT_EQ(make_algorithm(protocol("maml"))->flops(10, 13, 6), 9 * 10 * 6 + 3 * 10 * 7);
}

// docs/protocols.md 3.1: v_K for theta, -(sum of the inner gradients) o v_K for alpha.
TEST_F(Options, MetaSgdOfFirstOrderDropsTheHessians) {
  auto first = protocol("meta-sgd");
  first.first_order = true;
  const auto halves = direction(first, phi).chunk(2);
  const auto v = direction(protocol("fomaml"), theta);
  EXPECT_LT(learn::relative_error(halves[0], v), 1e-13);
  const auto sum = (theta - learn::adapt(*engine, theta, learn::InnerRate(0.1), steps())) / 0.1;
  EXPECT_LT(learn::relative_error(halves[1], -sum * v), 1e-12);
}

TEST_F(Options, FlowersAlphaGradientIsThatOfTheta) {
  auto flower = protocol("meta-sgd");
  const auto exact = direction(flower, phi).chunk(2);
  flower.flower_alpha = true;
  const auto halves = direction(flower, phi).chunk(2);
  EXPECT_TRUE(at::equal(halves[0], exact[0]));
  EXPECT_TRUE(at::equal(halves[1], exact[0]));
  EXPECT_FALSE(at::equal(halves[1], exact[1]));
}

TEST_F(Options, AClampKeepsAlphaAboveZeroAndLeavesTheta) {
  auto clamp = protocol("meta-sgd");
  auto values = at::tensor({-3.0, 1.0, -0.5, 0.25});  // theta, then alpha
  make_algorithm(clamp)->constrain(values);
  EXPECT_TRUE(at::equal(values, at::tensor({-3.0, 1.0, -0.5, 0.25})));
  clamp.alpha_clamp = true;
  make_algorithm(clamp)->constrain(values);
  EXPECT_TRUE(at::equal(values, at::tensor({-3.0, 1.0, 0.0, 0.25})));
}

TEST_F(Options, ReptileOfOneFullStepIsFedSgd) {
  auto reptile = protocol("reptile");
  reptile.local = {1, 0, 1};
  reptile.local_optimizer = OptimizerKind::sgd;
  const auto expected = 0.05 * direction(protocol("fedsgd"), theta);
  EXPECT_LT(learn::relative_error(direction(reptile, theta), expected), 1e-13);
}

TEST_F(Options, ReptileTakesItsSteps) {
  auto reptile = protocol("reptile");
  reptile.local = {1, 4, 2};
  EXPECT_EQ(make_algorithm(reptile)->flops(10, 13, 6), 3 * 10 * 4 * 2);  // 3F B K
  const auto expected = theta - trained(task.all, {1, 4, 2}, *learn::make_adam(0.05));
  EXPECT_TRUE(at::equal(direction(reptile, theta), expected));
  EXPECT_EQ(make_algorithm(reptile)->round_options().weighting, Weighting::uniform);
  EXPECT_EQ(make_algorithm(protocol("fedavg"))->round_options().weighting, Weighting::samples);
}

TEST_F(Options, LocalTrainingMayBeOnTheSupportSetAlone) {
  auto support = protocol("fedavg");
  support.local_data = LocalData::support;
  const auto expected = theta - trained(task.support(), {1, 4, 0}, *learn::make_adam(0.05));
  EXPECT_TRUE(at::equal(direction(support, theta), expected));
  EXPECT_EQ(make_algorithm(support)->flops(10, 13, 6), 3 * 10 * 6);
}

TEST_F(Options, WeightDecayReachesClientAndServer) {
  auto decayed = protocol("fedavg");
  decayed.local_optimizer = OptimizerKind::sgd;
  decayed.local = {1, 0, 1};
  decayed.local_weight_decay = 0.5;
  const auto gradient = learn::gradient(*engine, theta, task.all).value;
  EXPECT_LT(learn::relative_error(direction(decayed, theta), 0.05 * (gradient + 0.5 * theta)), 1e-13);
  for (const auto* name : {"fedsgd", "fomaml", "maml", "meta-sgd"}) {
    auto outer = protocol(name);
    outer.outer_optimizer = OptimizerKind::sgd;
    outer.outer_lr = 0.1;
    outer.outer_weight_decay = 0.5;
    auto stepped = theta.clone();
    learn::OptimizerState state;
    make_algorithm(outer)->server_optimizer()->step(stepped, gradient, state);
    EXPECT_LT(learn::relative_error(stepped, theta - 0.1 * (gradient + 0.5 * theta)), 1e-14) << name;
  }
}

TEST_F(Options, APersistentAdamGoesOnWhereItWas) {
  auto persist = protocol("fedavg");
  persist.local_adam = ClientAdam::persist;
  const auto algorithm = make_algorithm(persist);
  ASSERT_TRUE(algorithm->keeps_state());
  EXPECT_FALSE(make_algorithm(protocol("fedavg"))->keeps_state());
  learn::ClientStates states;
  const auto once = algorithm->client_updates(*engine, theta, group(), states).directions[0];
  const auto twice = algorithm->client_updates(*engine, theta, group(), states).directions[0];
  const auto adam = learn::make_adam(0.05);
  learn::OptimizerState kept;
  EXPECT_TRUE(at::equal(once, theta - trained(task.all, {1, 4, 0}, *adam, &kept)));
  EXPECT_TRUE(at::equal(twice, theta - trained(task.all, {1, 4, 0}, *adam, &kept)));
  EXPECT_FALSE(at::equal(once, twice));
}

TEST_F(Options, AdaptationIsAsInTrainingUnlessSaidOtherwise) {
  for (const auto* name : {"fedavg-meta", "reptile"}) {
    auto tuned = protocol(name);
    EXPECT_TRUE(at::equal(adapted(tuned), trained(task.support(), {1, 4, 0}, *learn::make_adam(0.05))));
    tuned.finetune = {.batch = 2, .steps = 5, .optimizer = OptimizerKind::sgd, .lr = 0.2};
    EXPECT_TRUE(at::equal(adapted(tuned), trained(task.support(), {1, 2, 5}, *learn::make_sgd(0.2))));
  }
}

TEST_F(Options, PerFedAvgHasTwoStagesAndPersonalises) {
  auto stages = protocol("perfedavg");
  stages.server_optimizer = ServerStep::sgd;
  stages.server_momentum = 0.9;
  stages.stage2_rounds = 3;
  stages.stage2_clients_per_round = 7;
  stages.stage2_local = {.steps = 2};
  stages.personal = {.epochs = 2, .batch = 3, .lr = 0.02};
  const auto run = make_run(stages);
  EXPECT_EQ(run.rounds(), 5);
  EXPECT_EQ(largest_cohort(run), 7);
  const auto& first = run.algorithm(2);
  const auto& second = run.algorithm(3);
  EXPECT_EQ(&run.algorithm(5), &second);
  EXPECT_EQ(first.weights({1, 3}, {0, 0})[1], 0.75);
  EXPECT_EQ(second.weights({1, 3}, {0, 0})[1], 0.5);
  EXPECT_EQ(first.flops(10, 13, 6), 3 * 10 * 13);
  EXPECT_EQ(second.flops(10, 13, 6), 3 * 10 * 8);
  EXPECT_TRUE(at::equal(server_step(second), server_step(*learn::make_adam(1e-3))));
  EXPECT_TRUE(at::equal(adapted(stages), trained(task.support(), {2, 3, 0}, *learn::make_adam(0.02))));
  EXPECT_TRUE(at::equal(learn::of_client(second.adapt(*engine, theta, group()), 0), adapted(stages)));
}

TEST_F(Options, PersonalisationIsThatOfTheFirstStageInTheSecond) {
  auto stages = protocol("perfedavg");
  stages.local_lr = 0.03;
  stages.stage2_local = {.epochs = 1, .batch = 1, .steps = 2, .lr = 0.5};
  const auto run = make_run(stages);
  EXPECT_TRUE(
      at::equal(run.last().adapt(*engine, theta, group()), run.first().adapt(*engine, theta, group())));
}

TEST(Stages, WithoutRoundsAreLeftOut) {
  Protocol p;
  p.algorithm = "perfedavg";
  p.rounds = 4;
  p.stage2_rounds = 0;
  const auto run = make_run(p);
  ASSERT_EQ(run.stages.size(), 1U);
  EXPECT_EQ(run.rounds(), 4);
}

TEST(Stages, RuleTheirRoundsInOrder) {
  algorithms::Run run;
  Protocol p;
  for (const auto* name : {"fedavg", "maml", "fedsgd"}) {
    p.algorithm = name;
    p.clients_per_round += 2;
    run.stages.push_back({3, make_algorithm(p)});
  }
  EXPECT_EQ(run.rounds(), 9);
  EXPECT_EQ(largest_cohort(run), 6);
  std::string ruling;
  for (std::int64_t round = 1; round <= run.rounds(); ++round)
    ruling += std::to_string(run.algorithm(round).round_options().clients_per_round) + " ";
  EXPECT_EQ(ruling, "2 2 2 4 4 4 6 6 6 ");
}

// Of plain SGD, theta - theta_u is the rate times the sum of the gradients.
TEST_F(Options, SumOfGradientsIsTheDifferenceOverTheRate) {
  auto p = protocol("fedavg");
  p.local_optimizer = OptimizerKind::sgd;
  const auto difference = direction(p, theta);
  p.local_direction = learn::Direction::gradients;
  EXPECT_LT(at::norm(direction(p, theta) * p.local_lr - difference).item<double>(),
            1e-12 * at::norm(difference).item<double>());
}

TEST_F(Options, SecondStageHasItsOwnAdamAndServer) {
  auto stages = protocol("perfedavg");
  stages.stage2_local = {.steps = 1, .beta1 = 0, .direction = learn::Direction::gradients};
  stages.stage2_server_optimizer = ServerStep::sgd;
  stages.stage2_server_momentum = 0.5;
  const auto run = make_run(stages);
  const auto& second = run.algorithm(stages.rounds + 1);
  const auto sent = [&](const Algorithm& algorithm) {
    learn::ClientStates fresh;
    return algorithm.client_updates(*engine, theta, group(), fresh).directions[0];
  };
  const auto expected = [&](const Passes& passes, double beta1, learn::Direction direction) {
    auto orders = group().orders;
    learn::ClientStates fresh;
    return learn::fedavg(*engine, theta, learn::minibatches(group().all(), passes, &orders),
                         *learn::make_adam(0.05, 0, beta1), fresh, direction)
        .directions[0];
  };
  EXPECT_TRUE(at::equal(sent(second), expected({1, 4, 1}, 0, learn::Direction::gradients)));
  EXPECT_TRUE(at::equal(sent(run.first()), expected({1, 4, 0}, 0.9, learn::Direction::difference)));
  EXPECT_TRUE(at::equal(server_step(second), server_step(*learn::make_sgd(1e-3, 0.5))));
}

TEST_F(Options, AdaptationFollowedIsTheAdaptation) {
  auto stages = protocol("perfedavg");
  stages.personal_curve = 4;
  std::int64_t calls = 0;
  make_algorithm(stages)->follow_adaptation(
      *engine, theta, group(), [&](std::int64_t epochs, const at::Tensor& followed) {
        auto alone = stages;
        alone.personal.epochs = epochs;
        EXPECT_EQ(epochs, calls++);
        EXPECT_TRUE(at::equal(learn::of_client(followed, 0), adapted(alone)));
      });
  EXPECT_EQ(calls, 5);
}

// Full batches, so that nothing but dropout depends on the stream.
TEST(Dropout, IsOnWhereClientsTrainAndOffInInnerLoops) {
  at::manual_seed(22);
  const auto network = learn::small_dropout_cnn();
  const auto engine = engine::make_autograd_engine(network, model::counted_products());
  const auto theta = at::randn({network.layout().size()}, at::kDouble);
  const learn::Task task{learn::random_batch(9, 64, 4, at::kDouble), 4};
  const Random one(1, "test"), other(2, "test");
  for (const auto* name : {"fedsgd", "fedavg-meta", "reptile", "perfedavg", "maml"}) {
    Protocol p;
    p.algorithm = name;
    p.local = {1, 0, 0};
    p.local_lr = 0.1;
    p.inner = {1, 0, 0};
    p.inner_lr = 0.1;
    const auto algorithm = make_algorithm(p);
    const auto direction = [&](const Random& order) {
      learn::ClientStates fresh;
      return algorithm->client_updates(*engine, theta, {{task}, {order}}, fresh).directions[0];
    };
    const auto adapted = [&](const Random& order) {
      return algorithm->adapt(*engine, theta, {{task}, {order}});
    };
    const bool local = p.algorithm != "maml";
    EXPECT_TRUE(at::equal(direction(one), direction(one))) << name;
    EXPECT_EQ(at::equal(direction(one), direction(other)), !local) << name;
    EXPECT_EQ(at::equal(adapted(one), adapted(other)), !local || !algorithm->adapts()) << name;
  }
}

}  // namespace
}  // namespace fedmeta::algorithms

// Clients computed together are the same clients one by one, whatever their sizes.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "cost/work_done.hpp"
#include "engine/autograd_engine.hpp"
#include "learn/group_cases.hpp"

namespace fedmeta::learn {
namespace {

/// Three clients: of one support sample and one step, of many, and of one in between.
class Groups : public testing::TestWithParam<GroupCase> {
 protected:
  Groups()
      : network(*GetParam().network),
        alone(engine::make_autograd_engine(network, model::plain_products())),
        for_several(GetParam().make_engine(network)),
        together(*for_several) {
    EXPECT_GE(together.group_limit(), 3);
    at::manual_seed(31);
    theta = at::randn({network.layout().size()}, at::kDouble) * 0.5;
    alpha = at::rand_like(theta) * 0.3;
    for (const auto& [samples, support] : {std::pair{2, 1}, {21, 13}, {9, 4}}) {
      group.tasks.push_back(
          {random_batch(samples, GetParam().samples, network.classes(), at::kDouble), support});
      group.orders.emplace_back(static_cast<std::uint64_t>(samples), "test");
    }
    steps = minibatches(group.support(), {2, 5, 0});
  }
  std::vector<Batch> steps_of(std::size_t client) const {
    std::vector<Batch> batches;
    for (const auto& step : steps)
      if (step[client].rows() > 0) batches.push_back(step[client]);
    return batches;
  }
  /// `one(client)` gives what that client sends by itself.
  template <class One>
  void expect_each(const Updates& together, const One& one) const {
    ASSERT_EQ(together.directions.size(0), 3);
    ASSERT_EQ(together.losses.size(0), 3);
    for (std::size_t i = 0; i < 3; ++i) {
      const Update expected = one(i);
      const auto row = static_cast<std::int64_t>(i);
      EXPECT_LT(relative_error(together.directions[row], expected.direction), 1e-10) << "client " << i;
      const auto loss = expected.loss.item<double>();
      EXPECT_NEAR(together.losses[row].item<double>(), loss, 1e-11 * std::max(1.0, loss)) << "client " << i;
    }
  }

  const model::Network& network;
  const std::unique_ptr<Engine> alone, for_several;
  const Engine& together;
  at::Tensor theta, alpha;
  Group group;
  Steps steps;
};

TEST_P(Groups, HaveStepsOfTheirOwn) {
  ASSERT_EQ(steps.size(), 6U);
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_EQ(std::ssize(steps_of(i)), learn::steps_of({2, 5, 0}, group.tasks[i].support_rows)) << i;
  EXPECT_EQ(steps.back()[0].rows(), 0);
}

TEST_P(Groups, OfMetaLearningAreTheClientsAlone) {
  const auto queries = group.query();
  expect_each(fedsgd(together, theta, group.all()),
              [&](auto i) { return fedsgd(*alone, theta, group.tasks[i].all); });
  expect_each(fomaml(together, theta, 0.3, steps, queries),
              [&](auto i) { return fomaml(*alone, theta, 0.3, steps_of(i), queries[i]); });
  expect_each(maml(together, theta, 0.3, steps, queries),
              [&](auto i) { return maml(*alone, theta, 0.3, steps_of(i), queries[i]); });
  expect_each(meta_sgd(together, theta, alpha, steps, queries),
              [&](auto i) { return meta_sgd(*alone, theta, alpha, steps_of(i), queries[i]); });
  expect_each(first_order_meta_sgd(together, theta, alpha, steps, queries), [&](auto i) {
    return only(first_order_meta_sgd(*alone, theta, alpha, steps_of_one(steps_of(i)), {queries[i]}));
  });
}

/// Twice, with states that go on: a client that has fewer steps must not be moved by Adam's moments in the
/// rest.
TEST_P(Groups, OfLocalTrainingAreTheClientsAlone) {
  const auto sgd = make_sgd(0.2, 0.9, 0.1), adam = make_adam(0.05, 0.1);
  for (const auto* optimizer : {sgd.get(), adam.get()}) {
    ClientStates states;
    std::vector<OptimizerState> kept(3);
    for (int round = 0; round < 2; ++round)
      expect_each(fedavg(together, theta, steps, *optimizer, states),
                  [&](auto i) { return fedavg(*alone, theta, steps_of(i), *optimizer, &kept[i]); });
    ClientStates fresh;
    expect_each(fedavg(together, theta, steps, *optimizer, fresh, Direction::gradients), [&](auto i) {
      ClientStates own;
      return only(fedavg(*alone, theta, steps_of_one(steps_of(i)), *optimizer, own, Direction::gradients));
    });
  }
}

TEST_P(Groups, TrainEpochByEpochAsAlone) {
  const auto adam = make_adam(0.05);
  const auto all = train_locally(together, theta, group.all(), {1, 5, 7}, *adam, group.orders);
  for (std::size_t i = 0; i < 3; ++i) {
    const auto one =
        train_locally(*alone, theta, Batches{group.tasks[i].all}, {1, 5, 7}, *adam, {group.orders[i]});
    EXPECT_LT(relative_error(all.thetas[static_cast<std::int64_t>(i)], one.thetas[0]), 1e-10) << i;
  }
}

TEST_P(Groups, AdaptAndAreScoredAsAlone) {
  const auto adapted = adapt(together, theta, InnerRate(0.3), steps);
  const auto scores = evaluate(together, adapted, group.query(), true);
  for (std::size_t i = 0; i < 3; ++i) {
    const auto own = adapt(*alone, theta, InnerRate(0.3), steps_of(i));
    EXPECT_LT(relative_error(of_client(adapted, i), own), 1e-10) << i;
    const auto score = evaluate(*alone, own, group.tasks[i].query(), true);
    EXPECT_EQ(scores[i].correct, score.correct) << i;
    EXPECT_EQ(scores[i].correct_top4, score.correct_top4) << i;
    EXPECT_EQ(scores[i].samples, score.samples) << i;
    EXPECT_NEAR(scores[i].loss_sum, score.loss_sum, 1e-11) << i;
  }
}

/// The engines for one client take more of them one after the other.
TEST_P(Groups, OfAnEngineForOneClientAreRight) {
  expect_each(maml(*alone, theta, 0.3, steps, group.query()),
              [&](auto i) { return maml(*alone, theta, 0.3, steps_of(i), group.query()[i]); });
}

TEST_P(Groups, AreMeteredByTheirOwnRows) {
  const auto work_of = [&](const auto& training) {
    const auto before = cost::work_done();
    training();
    return cost::work_done() - before;
  };
  for (const Engine* engine : std::vector<const Engine*>{&together, alone.get()}) {
    const auto work = work_of([&] { maml(*engine, theta, 0.3, steps, group.query()); });
    EXPECT_EQ(work.gradient_rows, 2 * (1 + 13 + 4) + 1 + 8 + 5);
    EXPECT_EQ(work.hessian_rows, 2 * (1 + 13 + 4));
  }
}

INSTANTIATE_TEST_SUITE_P(Engines, Groups, testing::ValuesIn(group_cases()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace fedmeta::learn

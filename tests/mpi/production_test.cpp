// The production task on a small simulation, on any number of ranks: what its baselines and algorithms give
// is what serial computation gives.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numeric>

#include "cost/formulas.hpp"
#include "data/sets/production_baselines.hpp"
#include "data/sets/production_features.hpp"
#include "data/stand_in/prodsim.hpp"
#include "engine/autograd_engine.hpp"
#include "federate/baseline.hpp"
#include "hosting/loading.hpp"
#include "learn/local_training.hpp"
#include "learn/one_client.hpp"
#include "model/dense_network.hpp"
#include "mpi/small_federation.hpp"

namespace fedmeta::federate {
namespace {

using test::faults;

constexpr std::int64_t seed = 6;

/// Some clients have support sets beyond the batch of 500.
hosting::DataPlan small_plan(bool unified = false) {
  hosting::DataPlan plan;
  plan.dataset.dataset = "production";
  plan.dataset.generated = {20, 800, 300, 100};
  plan.dataset.unified = unified;
  plan.division = data::Division::recent;
  plan.support_fraction = 0.8;
  return plan;
}

class Simulation {
 public:
  explicit Simulation(const hosting::DataPlan& plan = small_plan(), std::int64_t hidden = 8)
      : plan_(plan), loaded_(hosting::load(world_, plan)) {
    at::set_num_threads(1);
    const auto& form = loaded_.catalogue.form;
    network_ = std::make_unique<model::DenseNetwork>(
        "nn", std::vector<std::int64_t>{form.shape.front(), hidden, form.classes});
    engine_ = engine::make_autograd_engine(*network_, model::counted_products());
    shard_ = std::make_unique<hosting::Shard>(world_, loaded_.catalogue, loaded_.hosted, at::kCPU);
  }

  Federation federation() const {
    return {world_, loaded_.catalogue, *shard_, *network_, *engine_, at::kCPU};
  }
  const comm::Communicator& world() const { return world_; }
  const hosting::Catalogue& catalogue() const { return loaded_.catalogue; }
  const model::Network& network() const { return *network_; }
  const learn::Engine& engine() const { return *engine_; }

  /// A client as the simulation makes it, and its rows in use.
  struct Drawn {
    data::Client client;
    std::vector<std::int32_t> support, query;
  };
  Drawn drawn(std::int32_t index) const {
    const auto& id = catalogue()[index].id;
    const data::ProdSim simulation(plan_.dataset.generated, plan_.dataset.seed);
    std::int64_t at = 0;
    while (simulation.id(at) != id) ++at;
    Drawn drawn{data::encode_uses(id, simulation.records(at)), {}, {}};
    // docs/protocols.md 5.1: the last fifth is the query set, before it the support set.
    const auto n = static_cast<std::int32_t>(drawn.client.labels.size());
    const auto begin_of_query = n * 4 / 5;
    const auto support = catalogue()[index].support;
    for (auto row = begin_of_query - support; row < n; ++row)
      (row < begin_of_query ? drawn.support : drawn.query).push_back(row);
    return drawn;
  }
  /// The same as tensors, made column by column.
  data::Task task(std::int32_t index) const {
    const auto [client, support, query] = drawn(index);
    auto rows = support;
    rows.insert(rows.end(), query.begin(), query.end());
    const auto& indices = std::get<data::Indices>(client.features);
    const auto width = indices.size() / client.labels.size();
    auto x = at::zeros({std::ssize(rows), catalogue().form.shape.front()});
    auto y = at::zeros({std::ssize(rows)}, at::kLong);
    for (std::int64_t i = 0; i < std::ssize(rows); ++i) {
      const auto row = static_cast<std::size_t>(rows[static_cast<std::size_t>(i)]);
      y[i] = client.labels[row];
      for (std::size_t k = 0; k < width; ++k)
        if (const auto column = indices[row * width + k]; column >= 0) x[i][column] = 1;
    }
    return {{x, y}, std::ssize(support)};
  }

 private:
  comm::Communicator world_ = comm::Communicator::world();
  hosting::DataPlan plan_;
  hosting::Loaded loaded_;
  std::unique_ptr<model::Network> network_;
  std::unique_ptr<learn::Engine> engine_;
  std::unique_ptr<hosting::Shard> shard_;
};

federate::RunPlan plan_with_top4() {
  federate::RunPlan plan;
  plan.seed = seed;
  plan.eval_on = "both";
  plan.target_accuracy = 0.1;
  plan.reproducible = true;
  plan.top4 = true;
  return plan;
}

test::Protocol protocol_of(const std::string& algorithm) {
  test::Protocol protocol;
  protocol.algorithm = algorithm;
  protocol.rounds = 3;
  protocol.clients_per_round = 1;
  protocol.local_lr = 0.01;
  protocol.inner = {1, 0, 0};
  protocol.inner_lr = 0.1;
  protocol.outer_lr = 0.01;
  protocol.episode_samples = 150;
  protocol.test_steps = 7;
  protocol.self_steps = 13;
  return protocol;
}

test::Trained baseline(const Simulation& simulation, const test::Protocol& protocol, Validity& validity) {
  test::Rows rows;
  auto outcome =
      run_baseline(simulation.federation(), test::method_of(protocol), plan_with_top4(), {}, &rows, validity);
  return {std::move(outcome), std::move(rows.rounds), std::move(rows.views)};
}

const cost::EvaluationRow& row_of(const test::Trained& outcome, const std::string& split) {
  const auto& rows = outcome.views.front().evaluations;
  return *std::find_if(rows.begin(), rows.end(), [&](const auto& row) { return row.split == split; });
}

double share(std::int64_t part, std::int64_t whole) {
  return static_cast<double>(part) / static_cast<double>(whole);
}

data::Hits count_serially(const std::string& name, const Simulation& simulation, std::int32_t client) {
  const auto [samples, support, query] = simulation.drawn(client);
  const data::UseHistory history{std::get<data::Indices>(samples.features), samples.labels};
  const data::UseRows rows{support, query};
  if (name == "mfu") return data::most_frequently_used(history, rows);
  if (name == "nb") return data::naive_bayes(history, rows);
  return data::most_recently_used(history, rows);
}

TEST(CountingBaselines, AreTheSerialFunctions) {
  for (const double fraction : {0.8, 0.05}) {
    auto plan = small_plan();
    plan.support_fraction = fraction;
    const Simulation simulation(plan);
    for (const std::string name : {"mfu", "mru", "nb"}) {
      Validity validity;
      const auto outcome = baseline(simulation, protocol_of(name), validity);
      EXPECT_EQ(faults(validity), "");
      if (!simulation.world().root()) continue;
      EXPECT_TRUE(outcome.rounds.empty());
      EXPECT_FALSE(outcome.views.front().target.has_value());
      for (const auto role : {data::Role::test, data::Role::validation}) {
        data::Hits all;
        std::size_t i = 0;
        for (const auto client : simulation.catalogue().with_role(role)) {
          const auto hits = count_serially(name, simulation, client);
          all += hits;
          if (role != data::Role::test) continue;
          const auto& row = outcome.views.front().clients.at(i++);
          EXPECT_EQ(row.client, client);
          EXPECT_EQ(row.samples, hits.records);
          EXPECT_DOUBLE_EQ(row.accuracy, share(hits.top1, hits.records));
          EXPECT_DOUBLE_EQ(row.accuracy_top4, share(hits.top4, hits.records));
        }
        const auto& row = row_of(outcome, split_name(role));
        EXPECT_EQ(row.round, 0);
        EXPECT_DOUBLE_EQ(row.accuracy, share(all.top1, all.records));
        EXPECT_DOUBLE_EQ(row.accuracy_top4, share(all.top4, all.records));
        EXPECT_TRUE(std::isnan(row.loss));
        EXPECT_GT(row.accuracy_top4, row.accuracy);
      }
    }
  }
}

TEST(CountingBaselines, RefuseOtherData) {
  const test::SmallFederation small;
  Validity validity;
  try {
    run_baseline(small.federation(), test::method_of(protocol_of("mfu")), plan_with_top4(), {}, nullptr,
                 validity);
    ADD_FAILURE() << "no error";
  } catch (const comm::AgreedError& error) {
    EXPECT_EQ(error.status(), Status::usage);
    EXPECT_NE(std::string(error.what()).find("mfu"), std::string::npos);
  }
}

/// Training by hand: batches as the passes say, in orders of the client's own.
at::Tensor train_alone(const Simulation& simulation, const learn::Batch& support, const at::Tensor& theta,
                       std::int64_t steps, std::int64_t round, const std::string& id) {
  Random order(seed, "adaptation order", {static_cast<std::uint64_t>(round), hash(id)});
  const auto adam = learn::make_adam(0.01);
  return learn::train_locally(simulation.engine(), theta,
                              learn::minibatches(support, {1, 500, steps}, &order), *adam)
      .direction;
}

TEST(Self, IsSerialTrainingFromScratch) {
  const Simulation simulation;
  Validity validity;
  const auto outcome = baseline(simulation, protocol_of("self"), validity);
  EXPECT_EQ(faults(validity), "");
  if (!simulation.world().root()) return;
  const auto theta =
      model::initial_parameters(simulation.network().layout(), model::Initialisation::tf, seed);
  learn::Score before, after;
  std::size_t i = 0;
  bool beyond_a_batch = false;
  for (const auto client : simulation.catalogue().with_role(data::Role::test)) {
    const auto task = simulation.task(client);
    const auto& entry = simulation.catalogue()[client];
    const auto trained = train_alone(simulation, task.support(), theta, 13, 0, entry.id);
    const auto own = learn::evaluate(simulation.engine(), trained, task.query(), true);
    before += learn::evaluate(simulation.engine(), theta, task.query(), true);
    after += own;
    beyond_a_batch = beyond_a_batch || entry.support > 500;
    const auto& row = outcome.views.front().clients.at(i++);
    EXPECT_DOUBLE_EQ(row.accuracy, share(own.correct, own.samples));
    EXPECT_DOUBLE_EQ(row.accuracy_top4, share(*own.correct_top4, own.samples));
    // Steps of 500, but for the last of each epoch.
    std::int64_t rows = 0;
    for (std::int64_t step = 0, at = 0; step < 13; ++step) {
      const auto batch = std::min<std::int64_t>(500, entry.support - at);
      rows += batch;
      at = at + batch == entry.support ? 0 : at + batch;
    }
    EXPECT_EQ(row.flops, 3 * simulation.network().forward_flops_per_sample() * rows);
  }
  EXPECT_TRUE(beyond_a_batch);
  const auto& row = row_of(outcome, "test");
  EXPECT_DOUBLE_EQ(row.initial_accuracy, share(before.correct, before.samples));
  EXPECT_DOUBLE_EQ(row.accuracy, share(after.correct, after.samples));
  EXPECT_DOUBLE_EQ(row.accuracy_top4, share(*after.correct_top4, after.samples));
  EXPECT_NEAR(row.loss, after.loss_sum / static_cast<double>(after.samples), 1e-9);
  EXPECT_NEAR(row.initial_loss, before.loss_sum / static_cast<double>(before.samples), 1e-9);
  EXPECT_GT(row.accuracy, row.initial_accuracy);
}

/// The points of a curve are trainings of so many steps, and looking at them changes nothing.
TEST(Self, IsFollowedAlongItsSteps) {
  const Simulation simulation;
  Validity validity;
  auto protocol = protocol_of("self");
  const auto plain = baseline(simulation, protocol, validity);
  protocol.self_curve = 5;
  const auto outcome = baseline(simulation, protocol, validity);
  EXPECT_EQ(faults(validity), "");
  if (!simulation.world().root()) return;
  EXPECT_TRUE(plain.views.front().self_curve.empty());
  EXPECT_EQ(row_of(outcome, "test").loss, row_of(plain, "test").loss);
  const auto theta =
      model::initial_parameters(simulation.network().layout(), model::Initialisation::tf, seed);
  const auto& curve = outcome.views.front().self_curve;
  ASSERT_EQ(curve.size(), 4U);
  for (std::size_t i = 0; i < curve.size(); ++i) {
    const std::int64_t steps = std::array{0, 5, 10, 13}.at(i);
    EXPECT_EQ(curve[i].step, steps);
    learn::Score all;
    double sum = 0, clients = 0;
    for (const auto client : simulation.catalogue().with_role(data::Role::test)) {
      const auto task = simulation.task(client);
      const auto trained = steps == 0 ? theta
                                      : train_alone(simulation, task.support(), theta, steps, 0,
                                                    simulation.catalogue()[client].id);
      const auto own = learn::evaluate(simulation.engine(), trained, task.query(), true);
      all += own;
      sum += share(own.correct, own.samples);
      ++clients;
    }
    EXPECT_DOUBLE_EQ(curve[i].accuracy, share(all.correct, all.samples)) << steps;
    EXPECT_DOUBLE_EQ(curve[i].accuracy_top4, share(*all.correct_top4, all.samples)) << steps;
    EXPECT_NEAR(curve[i].accuracy_client_mean, sum / clients, 1e-12) << steps;
  }
}

/// After training: the test clients adapted by hand from what was learnt.
void expect_adapted(const Simulation& simulation, const test::Trained& outcome,
                    const std::function<at::Tensor(const learn::Batch& support, std::int32_t)>& adapt) {
  learn::Score after;
  for (const auto client : simulation.catalogue().with_role(data::Role::test)) {
    const auto task = simulation.task(client);
    after += learn::evaluate(simulation.engine(), adapt(task.support(), client), task.query(), true);
  }
  const auto& row = row_of(outcome, "test");
  EXPECT_DOUBLE_EQ(row.accuracy, share(after.correct, after.samples));
  EXPECT_DOUBLE_EQ(row.accuracy_top4, share(*after.correct_top4, after.samples));
}

TEST(Meta, TrainsOnEpisodesAndTakesLongerStepsInTests) {
  const Simulation simulation;
  for (const std::string name : {"maml", "meta-sgd"}) {
    Validity validity;
    const auto outcome = test::train(simulation.federation(), protocol_of(name), plan_with_top4(), validity);
    EXPECT_EQ(faults(validity), "");
    if (!simulation.world().root()) continue;
    for (const auto& round : outcome.rounds) {
      const auto n = simulation.catalogue()[round.clients.at(0)].samples;
      const std::int64_t drawn = std::min(150, n / 2), support = drawn * 4 / 5;
      EXPECT_EQ(round.flops,
                simulation.network().forward_flops_per_sample() * (9 * support + 3 * (drawn - support)));
    }
    const auto p = simulation.network().layout().size();
    expect_adapted(simulation, outcome, [&](const learn::Batch& support, std::int32_t) {
      auto theta = outcome.phi.slice(0, 0, p).clone();
      for (std::int64_t step = 0, at = 0; step < 7; ++step) {
        const auto end = std::min(at + 500, support.rows());
        const auto g = learn::gradient(simulation.engine(), theta, support.rows(at, end)).value;
        theta = name == "maml" ? theta - 0.1 * g : theta - outcome.phi.slice(0, p) * g;
        at = end == support.rows() ? 0 : end;
      }
      return theta;
    });
  }
}

TEST(Mixed, LearnsOneNetworkForAllAndFineTunesIt) {
  const Simulation simulation;
  Validity validity;
  const auto outcome = test::train(simulation.federation(), protocol_of("mixed"), plan_with_top4(), validity);
  EXPECT_EQ(faults(validity), "");
  if (!simulation.world().root()) return;
  expect_adapted(simulation, outcome, [&](const learn::Batch& support, std::int32_t client) {
    return train_alone(simulation, support, outcome.phi, 7, 3, simulation.catalogue()[client].id);
  });
}

TEST(Mixed, TakesTheUnifiedColumns) {
  const Simulation simulation(small_plan(true), 4);
  EXPECT_EQ(simulation.catalogue().form.classes, data::production_services);
  auto protocol = protocol_of("mixed");
  protocol.rounds = 2;
  protocol.test_steps = 1;
  Validity validity;
  const auto outcome = test::train(simulation.federation(), protocol, plan_with_top4(), validity);
  EXPECT_EQ(faults(validity), "");
}

}  // namespace
}  // namespace fedmeta::federate

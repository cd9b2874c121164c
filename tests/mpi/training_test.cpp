#include "federate/training.hpp"

#include <gtest/gtest.h>

#include "cost/formulas.hpp"
#include "learn/evaluation.hpp"
#include "learn/one_client.hpp"
#include "mpi/pmpi_count.hpp"
#include "mpi/small_federation.hpp"

namespace fedmeta::federate {
namespace {

using test::adapt_serially;
using test::faults;
using test::small_protocol;
using test::SmallFederation;
using test::train;
using test::train_serially;

constexpr std::int64_t seed = 11;

federate::RunPlan plan_with(bool reproducible, bool balanced = true) {
  federate::RunPlan plan;
  plan.seed = seed;
  plan.reproducible = reproducible;
  plan.balanced = balanced;
  return plan;
}

class EveryAlgorithm : public testing::TestWithParam<std::string> {
 protected:
  test::Protocol protocol_ = small_protocol(GetParam());
};

INSTANTIATE_TEST_SUITE_P(Training, EveryAlgorithm, testing::ValuesIn(test::names_with_rounds()),
                         [](const auto& info) {
                           auto name = info.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

TEST_P(EveryAlgorithm, NativeReductionAgreesWithSerialTraining) {
  const SmallFederation small;
  Validity validity;
  const auto outcome = train(small.federation(), protocol_, plan_with(false), validity);
  EXPECT_EQ(faults(validity), "");
  if (!small.world().root()) return;
  const auto serial = train_serially(small, protocol_, seed, false);
  ASSERT_EQ(outcome.rounds.size(), serial.rounds.size());
  const auto moved = at::norm(serial.phi - outcome.phi_initial).item<double>();
  EXPECT_GT(moved, 1e-3);
  EXPECT_LT(at::norm(serial.phi - outcome.phi).item<double>(), 1e-3 * moved);
  for (std::size_t r = 0; r < serial.rounds.size(); ++r)
    EXPECT_NEAR(outcome.rounds[r].loss, serial.rounds[r].loss, 1e-5 * serial.rounds[r].loss);
}

TEST_P(EveryAlgorithm, ReproducibleReductionHasTheBitsOfSerialTraining) {
  for (const auto homes : {SmallFederation::Homes::spread, SmallFederation::Homes::root}) {
    const SmallFederation small(homes);
    const auto serial = train_serially(small, protocol_, seed, true);
    for (const bool balanced : {true, false}) {
      Validity validity;
      const auto outcome = train(small.federation(), protocol_, plan_with(true, balanced), validity);
      EXPECT_EQ(faults(validity), "");
      if (!small.world().root()) continue;
      EXPECT_TRUE(at::equal(outcome.phi, serial.phi));
      for (std::size_t r = 0; r < serial.rounds.size(); ++r) {
        EXPECT_EQ(outcome.rounds[r].clients, serial.rounds[r].clients);
        EXPECT_EQ(outcome.rounds[r].loss, serial.rounds[r].loss);
      }
    }
  }
}

TEST_P(EveryAlgorithm, FewerClientsThanRanksIsNoMatter) {
  const SmallFederation small;
  protocol_.clients_per_round = 1;
  protocol_.stage2_clients_per_round = 1;
  Validity validity;
  const auto outcome = train(small.federation(), protocol_, plan_with(true), validity);
  EXPECT_EQ(faults(validity), "");
  if (!small.world().root()) return;
  EXPECT_TRUE(at::equal(outcome.phi, train_serially(small, protocol_, seed, true).phi));
}

/// What depends on who trains a client where, or on the round: the same on any number of ranks.
TEST(Training, OptionsOfARoundHaveTheBitsOfSerialTraining) {
  const SmallFederation small;
  auto persist = small_protocol("fedavg"), resample = small_protocol("maml"),
       reset = small_protocol("fomaml"), episodes = small_protocol("fedavg");
  persist.local_adam = algorithms::ClientAdam::persist;
  persist.rounds = 4;
  persist.clients_per_round = 7;  // of 9: every client comes more than once
  resample.resample = true;
  reset.outer_reset = true;
  episodes.episode_samples = 4;
  for (const auto& protocol : {persist, resample, reset, episodes}) {
    Validity validity;
    const auto outcome = train(small.federation(), protocol, plan_with(true), validity);
    EXPECT_EQ(faults(validity), "");
    if (!small.world().root()) continue;
    EXPECT_TRUE(at::equal(outcome.phi, train_serially(small, protocol, seed, true).phi));
    auto plain = protocol;
    plain.local_adam = algorithms::ClientAdam::reset;
    plain.resample = plain.outer_reset = false;
    plain.episode_samples = 0;
    EXPECT_FALSE(at::equal(outcome.phi, train_serially(small, plain, seed, true).phi));
  }
}

TEST(Training, FollowsPersonalisationOverItsEpochs) {
  const SmallFederation small;
  auto protocol = small_protocol("perfedavg");
  protocol.personal.epochs = 3;
  protocol.personal_curve = 4;
  Validity validity;
  const auto outcome = train(small.federation(), protocol, plan_with(true), validity);
  if (!small.world().root()) return;
  const auto& view = outcome.views.front();
  ASSERT_EQ(view.curve.size(), 5U);
  for (std::size_t e = 0; e < view.curve.size(); ++e)
    EXPECT_EQ(view.curve[e].epochs, static_cast<std::int64_t>(e));
  EXPECT_EQ(view.curve[0].accuracy, view.evaluations.back().initial_accuracy);
  EXPECT_EQ(view.curve[3].accuracy, view.evaluations.back().accuracy);
  EXPECT_EQ(view.curve[3].accuracy_client_mean, view.evaluations.back().accuracy_client_mean);
}

ServerState copy_of(const ServerState& state) {
  auto copy = state;
  copy.phi = state.phi.clone();
  for (auto& [name, tensor] : copy.optimizer) tensor = tensor.clone();
  return copy;
}

/// Stages of any algorithms: each round is what its stage's algorithm alone makes of the state before, with a
/// fresh optimiser where the stage begins.
TEST(Training, GoesThroughAnyStages) {
  const SmallFederation small;
  const auto federation = small.federation();
  const auto stages_of = [](const std::vector<std::string>& names, std::int64_t rounds) {
    algorithms::Run run;
    for (const auto& name : names) run.stages.push_back({rounds, test::make_algorithm(small_protocol(name))});
    return run;
  };
  const auto training_of = [&](const algorithms::Run& run) {
    return Training(federation, run, {{"stages", true}}, plan_with(true), {});
  };
  const std::vector<std::string> names{"fedsgd", "reptile", "fomaml"};
  const auto run = stages_of(names, 2);
  auto training = training_of(run);
  Validity validity;
  ServerState before = copy_of(training.state());
  for (std::size_t round = 0; round < 6; ++round) {
    if (round % 2 == 0) before.optimizer.clear();
    const auto alone = stages_of({names[round / 2]}, 6);
    auto one = training_of(alone);
    one.go_on_from(before);
    EXPECT_EQ(training.step(validity).value().loss, one.step(validity).value().loss) << "round " << round + 1;
    before = copy_of(training.state());
    if (small.world().root()) {
      EXPECT_TRUE(at::equal(one.state().phi, before.phi)) << "round " << round + 1;
    }
  }
  EXPECT_EQ(faults(validity), "");
}

TEST(Training, EvaluatesAsManyClientsAsAskedFor) {
  const SmallFederation small;
  auto plan = plan_with(true);
  plan.eval_clients = 2;
  const auto count = [&](std::int64_t round) {
    const auto algorithm = test::make_algorithm(small_protocol("fedavg"));
    const auto theta = at::zeros({small.network().layout().size()});
    return evaluate_clients(small.federation(), *algorithm, false, theta, data::Role::test, plan, round);
  };
  const auto drawn = count(1);
  Validity validity;
  const auto outcome = train(small.federation(), small_protocol("fedavg"), plan, validity);
  if (!small.world().root()) return;
  ASSERT_EQ(drawn.size(), 2U);
  EXPECT_NE(drawn[0].client, drawn[1].client);
  EXPECT_EQ(outcome.views.front().clients.size(), 3U);  // the last evaluation is of all
}

TEST(Training, EvaluatesEveryRoleThatIsAskedFor) {
  const SmallFederation small;
  auto plan = plan_with(true);
  plan.eval_on = "all";
  Validity validity;
  const auto outcome = train(small.federation(), small_protocol("fedavg-meta"), plan, validity);
  plan.eval_on = "train";
  const auto trained = train(small.federation(), small_protocol("fedavg-meta"), plan, validity);
  EXPECT_EQ(faults(validity), "");
  if (!small.world().root()) return;
  const auto& rows = outcome.views.front().evaluations;
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0].split + rows[1].split + rows[2].split, "trainvalidationtest");
  ASSERT_EQ(trained.views.front().evaluations.size(), 1U);
  EXPECT_EQ(trained.views.front().evaluations[0].accuracy, rows[0].accuracy);
  double initial = 0;
  for (const auto& client : outcome.views.front().clients) initial += client.initial_accuracy / 3;
  EXPECT_DOUBLE_EQ(rows[2].initial_accuracy_client_mean, initial);
}

/// Rows of `n` samples gone through in two epochs, or in two steps a batch.
TEST_P(EveryAlgorithm, CountersEqualTheFormulasToTheInteger) {
  const SmallFederation small;
  Validity validity;
  const auto outcome = train(small.federation(), protocol_, plan_with(false), validity);
  if (!small.world().root()) return;
  const auto serial = train_serially(small, protocol_, seed, false);
  const auto f = small.network().forward_flops_per_sample();
  const auto p = small.network().layout().size();
  const std::int64_t sent = GetParam() == "meta-sgd" ? 2 * p : p;
  for (std::size_t r = 0; r < outcome.rounds.size(); ++r) {
    const auto& row = outcome.rounds[r];
    std::int64_t flops = 0;
    for (const auto client : row.clients) {
      const std::int64_t n = small.catalogue()[client].samples, s = small.catalogue()[client].support;
      if (GetParam() == "fedsgd" || GetParam() == "mixed")
        flops += 3 * f * n;
      else if (GetParam() == "perfedavg" && row.round == 3)
        flops += 3 * f * std::min<std::int64_t>(n, 8);  // two steps of four
      else if (GetParam() == "reptile")
        flops += 3 * f * (n > 8 ? std::min<std::int64_t>(n, 12) : n + 4);  // three steps of four
      else if (GetParam().starts_with("fedavg") || GetParam() == "perfedavg")
        flops += 3 * f * 2 * n;  // two local epochs
      else if (GetParam() == "fomaml")
        flops += 3 * f * (2 * s + n - s);  // two inner epochs
      else
        flops += 9 * f * 2 * s + 3 * f * (n - s);
    }
    EXPECT_EQ(row.flops, flops);
    const auto m = static_cast<std::int64_t>(row.clients.size());
    EXPECT_EQ(m, GetParam() == "perfedavg" && row.round == 3 ? 4 : 5);
    EXPECT_EQ(row.bytes_down, 4 * sent * m);
    EXPECT_EQ(row.bytes_up, 4 * sent * m);
    EXPECT_GT(row.flops_executed, 0);
    EXPECT_EQ(row.flops_executed, serial.rounds[r].flops_executed);
  }
}

/// Scores of all clients of a role, added up without ranks.
struct SerialScores {
  learn::Score initial, adapted;
  std::vector<double> accuracies;
};

SerialScores evaluate_serially(const SmallFederation& small, const test::Protocol& protocol,
                               const at::Tensor& phi, data::Role role, std::int64_t round) {
  SerialScores scores;
  const auto p = small.network().layout().size();
  for (const auto client : small.catalogue().with_role(role)) {
    const auto query = small.task(client).query();
    scores.initial += learn::evaluate(small.engine(), phi.slice(0, 0, p), query);
    const auto theta = adapt_serially(small, protocol, phi, client, seed, round);
    const auto score = learn::evaluate(small.engine(), theta, query);
    scores.adapted += score;
    scores.accuracies.push_back(static_cast<double>(score.correct) / static_cast<double>(query.rows()));
  }
  return scores;
}

TEST_P(EveryAlgorithm, EvaluationEqualsTheSerialOne) {
  const SmallFederation small;
  auto plan = plan_with(true);
  plan.eval_on = "both";
  Validity validity;
  const auto outcome = train(small.federation(), protocol_, plan, validity);
  if (!small.world().root()) return;
  ASSERT_EQ(outcome.views.size(), 1U);
  const auto& view = outcome.views.front();
  ASSERT_EQ(view.evaluations.size(), 2U);
  for (const auto& row : view.evaluations) {
    const auto role = row.split == "test" ? data::Role::test : data::Role::validation;
    const auto serial = evaluate_serially(small, protocol_, outcome.phi, role, 3);
    const auto points = static_cast<double>(serial.initial.samples);
    EXPECT_EQ(row.round, 3);
    EXPECT_DOUBLE_EQ(row.initial_accuracy, static_cast<double>(serial.initial.correct) / points);
    EXPECT_DOUBLE_EQ(row.accuracy, static_cast<double>(serial.adapted.correct) / points);
    EXPECT_NEAR(row.loss, serial.adapted.loss_sum / points, 1e-12);
    double mean = 0;
    for (const double accuracy : serial.accuracies) mean += accuracy;
    EXPECT_NEAR(row.accuracy_client_mean, mean / static_cast<double>(serial.accuracies.size()), 1e-12);
    if (role != data::Role::test) continue;
    ASSERT_EQ(view.clients.size(), serial.accuracies.size());
    for (std::size_t i = 0; i < view.clients.size(); ++i) {
      EXPECT_EQ(view.clients[i].client, static_cast<std::int32_t>(11 + i));
      EXPECT_DOUBLE_EQ(view.clients[i].accuracy, serial.accuracies[i]);
    }
  }
}

/// Round 0: what the run starts from, with a step of training no bit other for it.
TEST_P(EveryAlgorithm, IsEvaluatedBeforeTheFirstRound) {
  const SmallFederation small;
  auto plan = plan_with(true);
  Validity validity;
  const auto plain = train(small.federation(), protocol_, plan, validity);
  plan.eval_every = 2;
  const auto outcome = train(small.federation(), protocol_, plan, validity);
  EXPECT_EQ(faults(validity), "");
  if (!small.world().root()) return;
  EXPECT_TRUE(at::equal(outcome.phi, plain.phi));
  for (std::size_t r = 0; r < plain.rounds.size(); ++r) {
    EXPECT_EQ(outcome.rounds[r].loss, plain.rounds[r].loss);
    EXPECT_EQ(outcome.rounds[r].mpi_bytes, plain.rounds[r].mpi_bytes);
    EXPECT_EQ(outcome.rounds[r].flops_executed, plain.rounds[r].flops_executed);
  }
  const auto& rows = outcome.views.front().evaluations;
  ASSERT_EQ(rows.size(), 3U);  // of perfedavg, too: its second stage begins where the first one ended
  EXPECT_EQ(rows[0].round, 0);
  EXPECT_EQ(rows[1].round, 2);
  EXPECT_EQ(rows[2].loss, plain.views.front().evaluations.at(0).loss);
  const auto serial = evaluate_serially(small, protocol_, outcome.phi_initial, data::Role::test, 0);
  const auto points = static_cast<double>(serial.initial.samples);
  EXPECT_DOUBLE_EQ(rows[0].initial_accuracy, static_cast<double>(serial.initial.correct) / points);
  EXPECT_NEAR(rows[0].initial_loss, serial.initial.loss_sum / points, 1e-12);
  EXPECT_DOUBLE_EQ(rows[0].accuracy, static_cast<double>(serial.adapted.correct) / points);
  EXPECT_NEAR(rows[0].loss, serial.adapted.loss_sum / points, 1e-12);
}

/// No round: a model is evaluated and personalised as it is, also one that another run has learnt.
TEST_P(EveryAlgorithm, WithoutARoundIsEvaluatedAlone) {
  const SmallFederation small;
  Validity validity;
  const auto trained = train(small.federation(), protocol_, plan_with(true), validity);
  auto protocol = protocol_;
  protocol.rounds = 0;
  protocol.stage2_rounds = 0;
  for (const std::int64_t every : {0, 1}) {
    auto plan = plan_with(true);
    plan.eval_every = every;
    const federate::Start start{.model = trained.phi};
    const auto outcome = train(small.federation(), protocol, plan, validity, {}, nullptr, start);
    EXPECT_EQ(faults(validity), "");
    EXPECT_FALSE(outcome.stopped);
    if (!small.world().root()) continue;
    EXPECT_TRUE(outcome.rounds.empty());
    EXPECT_TRUE(at::equal(outcome.phi_initial, trained.phi));
    EXPECT_TRUE(at::equal(outcome.phi, trained.phi));
    const auto& view = outcome.views.front();
    ASSERT_EQ(view.evaluations.size(), 1U);
    EXPECT_EQ(view.clients.size(), 3U);
    EXPECT_EQ(view.evaluations[0].round, 0);
    EXPECT_EQ(view.evaluations[0].initial_loss, trained.views.front().evaluations.at(0).initial_loss);
    const auto serial = evaluate_serially(small, protocol, trained.phi, data::Role::test, 0);
    EXPECT_NEAR(view.evaluations[0].loss,
                serial.adapted.loss_sum / static_cast<double>(serial.adapted.samples), 1e-12);
  }
}

/// Any algorithm takes theta, and Meta-SGD alpha where the model has it.
TEST(Training, StartsFromAModelOfAnotherAlgorithm) {
  const SmallFederation small;
  const auto p = small.network().layout().size();
  const auto theta = at::arange(p, at::kFloat) / 1e4, alpha = at::full({p}, 0.25);
  const auto initial = [&](const std::string& algorithm, const at::Tensor& model) {
    const auto run = test::make_run(small_protocol(algorithm));
    return Training(small.federation(), run, {{algorithm, true}}, plan_with(true), {.model = model})
        .state()
        .phi;
  };
  EXPECT_TRUE(at::equal(initial("fedavg", theta), theta));
  EXPECT_TRUE(at::equal(initial("fedavg", at::cat({theta, alpha})), theta));
  EXPECT_TRUE(at::equal(initial("meta-sgd", at::cat({theta, alpha})), at::cat({theta, alpha})));
  const auto own = at::full({p}, small_protocol("meta-sgd").inner_lr);
  EXPECT_TRUE(at::equal(initial("meta-sgd", theta), at::cat({theta, own})));
}

std::int64_t over_ranks(const comm::Communicator& world, std::int64_t mine) {
  std::int64_t sum = 0;
  PMPI_Allreduce(&mine, &sum, 1, MPI_INT64_T, MPI_SUM, world.handle());
  return sum;
}

TEST(Training, MpiBytesAreThoseThatReachMpi) {
  const SmallFederation small;
  const auto& world = small.world();
  for (const auto* name : {"fedavg", "meta-sgd"})
    for (const bool reproducible : {false, true}) {
      auto protocol = small_protocol(name);
      protocol.rounds = 1;
      Validity validity;
      const auto before = test::pmpi_bytes();
      const auto outcome = train(small.federation(), protocol, plan_with(reproducible), validity);
      const auto seen = over_ranks(world, test::pmpi_bytes() - before);
      if (!world.root()) continue;
      const auto d = outcome.phi.numel();
      const auto evaluation = 4 * d * world.size();  // its broadcast, not the round's
      ASSERT_EQ(outcome.rounds.size(), 1U);
      EXPECT_EQ(outcome.rounds.front().mpi_bytes, seen - evaluation);
      const auto a_rank = 4 * d + (reproducible ? 8 * d + 4 : 4 * d);
      EXPECT_EQ(outcome.rounds.front().mpi_bytes, a_rank * world.size());
    }
}

TEST(Training, SecondsOfTheRanksAndPhasesAreThere) {
  const SmallFederation small;
  Validity validity;
  auto plan = plan_with(false);
  plan.eval_every = 1;
  const auto outcome = train(small.federation(), small_protocol("maml"), plan, validity);
  if (!small.world().root()) return;
  double rounds = 0;
  for (const auto& row : outcome.rounds) {
    rounds += row.seconds;
    ASSERT_EQ(row.rank_seconds_compute.size(), static_cast<std::size_t>(small.world().size()));
    EXPECT_EQ(row.seconds_compute,
              *std::max_element(row.rank_seconds_compute.begin(), row.rank_seconds_compute.end()));
    EXPECT_GT(row.seconds_compute, 0);
    for (const double part : {row.seconds_broadcast, row.seconds_reduce, row.seconds_update})
      EXPECT_GE(part, 0);
    EXPECT_LE(row.rank_seconds_compute[0] + row.seconds_broadcast + row.seconds_update, row.seconds);
  }
  EXPECT_DOUBLE_EQ(outcome.seconds.rounds, rounds);
  EXPECT_GT(outcome.seconds.evaluation, 0);
  EXPECT_LE(outcome.seconds.sum(), outcome.wall_seconds);
}

/// Notes what it is told, in order.
class Notes final : public Observer {
 public:
  void on_round(const cost::RoundRow& row) override { heard += "r" + std::to_string(row.round) + " "; }
  void on_evaluation(const std::vector<ViewEvaluation>& views) override {
    heard += "e";
    for (const auto& view : views)
      for (const auto& row : view.rows) heard += std::to_string(row.round);
    heard += " ";
  }
  std::string heard;
};

TEST(Training, TellsTheObserverAsItHappens) {
  const SmallFederation small;
  Validity validity;
  auto plan = plan_with(false);
  plan.eval_every = 2;
  Notes notes;
  train(small.federation(), small_protocol("fedavg"), plan, validity,
        {{"fedavg", false}, {"fedavg-meta", true}}, &notes);
  EXPECT_EQ(notes.heard, small.world().root() ? "e00 r1 r2 e22 r3 e33 " : "");
}

TEST(Training, FedAvgAndFedAvgMetaAreViewsOfOneTraining) {
  const SmallFederation small;
  const auto plan = plan_with(true);
  Validity validity;
  const auto both = train(small.federation(), small_protocol("fedavg-meta"), plan, validity,
                          {{"fedavg", false}, {"fedavg-meta", true}});
  const auto plain = train(small.federation(), small_protocol("fedavg"), plan, validity);
  const auto meta = train(small.federation(), small_protocol("fedavg-meta"), plan, validity);
  if (!small.world().root()) return;
  EXPECT_TRUE(at::equal(both.phi, plain.phi));
  EXPECT_TRUE(at::equal(both.phi, meta.phi));
  ASSERT_EQ(both.views.size(), 2U);
  EXPECT_EQ(both.views[0].evaluations.at(0).loss, plain.views[0].evaluations.at(0).loss);
  EXPECT_EQ(both.views[1].evaluations.at(0).loss, meta.views[0].evaluations.at(0).loss);
  EXPECT_NE(plain.views[0].evaluations.at(0).loss, meta.views[0].evaluations.at(0).loss);
  EXPECT_EQ(both.views[0].clients.size(), 3U);
  EXPECT_EQ(both.views[1].clients.size(), 3U);
}

TEST(Training, TheTargetIsNotedWhereItIsFirstReached) {
  const SmallFederation small;
  auto protocol = small_protocol("fedavg");
  protocol.rounds = 8;
  auto plan = plan_with(true);
  plan.eval_every = 1;
  plan.target_accuracy = 1.01;
  Validity validity;
  const auto without = train(small.federation(), protocol, plan, validity);
  // The best accuracy of the rounds, which every rank must know.
  int correct_in_million = 0;
  std::size_t first = 0;
  if (small.world().root()) {
    EXPECT_FALSE(without.views[0].target);
    const auto& rows = without.views[0].evaluations;
    const auto less = [](const auto& a, const auto& b) { return a.accuracy < b.accuracy; };
    const auto best = std::max_element(rows.begin(), rows.end(), less);  // the first of equals
    first = static_cast<std::size_t>(best - rows.begin());
    correct_in_million = static_cast<int>(best->accuracy * 1e6);
  }
  plan.target_accuracy = 1e-6 * small.world().all_max(correct_in_million);
  const auto outcome = train(small.federation(), protocol, plan, validity);
  if (!small.world().root()) return;
  ASSERT_GT(first, 1U) << "the example must reach its best accuracy after the first round";
  const auto& target = outcome.views[0].target;
  ASSERT_TRUE(target);
  EXPECT_EQ(target->round, static_cast<std::int32_t>(first));  // the first evaluation is before all rounds
  std::int64_t flops = 0;
  double seconds = 0;
  for (std::size_t r = 0; r < first; ++r) {
    flops += outcome.rounds[r].flops;
    seconds += outcome.rounds[r].seconds;
  }
  EXPECT_EQ(target->bytes, 2 * 4 * 5 * small.network().layout().size() * static_cast<std::int64_t>(first));
  EXPECT_EQ(target->flops, flops);
  EXPECT_DOUBLE_EQ(target->seconds, seconds);
}

TEST(Training, ATargetThatTheStartMeetsTookNothing) {
  const SmallFederation small;
  auto plan = plan_with(true);
  plan.eval_every = 1;
  plan.target_accuracy = 1e-6;  // any evaluation reaches it
  Validity validity;
  const auto outcome = train(small.federation(), small_protocol("fedavg"), plan, validity);
  if (!small.world().root()) return;
  ASSERT_GT(outcome.views[0].evaluations.at(0).accuracy, plan.target_accuracy) << "the example must meet it";
  const auto& target = outcome.views[0].target;
  ASSERT_TRUE(target);
  EXPECT_EQ(target->round, 0);
  EXPECT_EQ(target->bytes, 0);
  EXPECT_EQ(target->flops, 0);
  EXPECT_EQ(target->seconds, 0);
}

}  // namespace
}  // namespace fedmeta::federate

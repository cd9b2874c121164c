// Trainings in groups of clients, and trainings that go on from a state: the bits of those one by one and in
// one go.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.hpp"
#include "federate/training.hpp"
#include "learn/changed_engine.hpp"
#include "mpi/small_federation.hpp"

namespace fedmeta::federate {
namespace {

using test::faults;
using test::small_protocol;
using test::SmallFederation;

class EveryTraining : public testing::TestWithParam<std::string> {};

INSTANTIATE_TEST_SUITE_P(Training, EveryTraining, testing::ValuesIn(test::names_with_rounds()),
                         [](const auto& info) {
                           auto name = info.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

/// Takes three clients at a time, and computes them one after the other.
class ThreeAtATime final : public learn::ChangedEngine {
 public:
  using ChangedEngine::ChangedEngine;
  std::int64_t group_limit() const override { return 3; }
};

TEST_P(EveryTraining, InGroupsHasTheBitsOfOneByOne) {
  const SmallFederation small;
  const ThreeAtATime grouping(small.engine());
  const learn::ChangedEngine single(small.engine());  // without the fused loop, as in groups
  federate::RunPlan plan;
  plan.eval_every = 1;
  Validity validity;
  auto protocol = small_protocol(GetParam());
  protocol.local_adam = algorithms::ClientAdam::persist;
  const auto grouped = test::train(small.with(grouping), protocol, plan, validity);
  const auto alone = test::train(small.with(single), protocol, plan, validity);
  EXPECT_EQ(test::faults(validity), "");
  if (!small.world().root()) return;
  EXPECT_TRUE(at::equal(grouped.phi, alone.phi));
  ASSERT_EQ(grouped.rounds.size(), alone.rounds.size());
  for (std::size_t i = 0; i < alone.rounds.size(); ++i) {
    EXPECT_EQ(grouped.rounds[i].loss, alone.rounds[i].loss);
    EXPECT_EQ(grouped.rounds[i].flops, alone.rounds[i].flops);
    EXPECT_EQ(grouped.views[0].evaluations[i].accuracy, alone.views[0].evaluations[i].accuracy);
    EXPECT_EQ(grouped.views[0].evaluations[i].loss, alone.views[0].evaluations[i].loss);
  }
}

/// Whatever decides the future is in the state: a training that goes on from it is the one that never
/// stopped.
TEST_P(EveryTraining, GoesOnFromItsStateToTheBit) {
  const SmallFederation small;
  auto protocol = small_protocol(GetParam());
  protocol.local_adam = algorithms::ClientAdam::persist;  // its states stay with their ranks
  const algorithms::Run run = test::make_run(protocol);
  const auto federation = small.federation();
  federate::RunPlan plan;
  plan.seed = 11;
  plan.reproducible = true;
  const auto training = [&] { return Training(federation, run, {{GetParam(), true}}, plan, {}); };
  Validity validity;
  const auto last = static_cast<std::int32_t>(run.rounds());
  const auto rounds_until = [&](Training& one, std::int32_t end) {
    double loss = 0;
    while (one.state().next_round <= end) loss = one.step(validity).value().loss;
    return loss;
  };
  auto whole = training();
  const double loss = rounds_until(whole, last);
  for (std::int32_t end = 1; end < last; ++end) {
    auto first = training(), rest = training();
    rounds_until(first, end);
    rest.go_on_from(server_state(named(first.state())));
    EXPECT_EQ(rounds_until(rest, last), loss) << "after round " << end;
    if (small.world().root()) {
      EXPECT_TRUE(at::equal(rest.state().phi, whole.state().phi)) << "after round " << end;
      EXPECT_EQ(rest.state().spent.flops, whole.state().spent.flops) << "after round " << end;
      EXPECT_EQ(rest.state().spent.bytes, whole.state().spent.bytes) << "after round " << end;
    }
  }
  EXPECT_EQ(faults(validity), "");
}

/// A device with memory for two clients at a time.
class SmallMemory final : public learn::ChangedEngine {
 public:
  SmallMemory(const learn::Engine& engine, std::int64_t limit, std::size_t most = 2)
      : ChangedEngine(engine), limit_(limit), most_(most) {}
  std::int64_t group_limit() const override { return limit_; }
  std::vector<at::Tensor> scores(const at::Tensor& thetas, const learn::Batches& batches) const override {
    check(batches);
    return ChangedEngine::scores(thetas, batches);
  }

 protected:
  void change(learn::Gradients&, const at::Tensor&, const learn::Batches& batches) const override {
    check(batches);  // after the work, so that some is in vain
  }

 private:
  void check(const learn::Batches& batches) const {
    if (batches.size() > most_) TORCH_CHECK_WITH(OutOfMemoryError, false, "CUDA out of memory. Tried to ...");
  }
  std::int64_t limit_;
  std::size_t most_;
};

TEST_P(EveryTraining, WithoutMemoryForItsGroupsHasTheBitsOfSmallOnes) {
  const SmallFederation small;
  const SmallMemory wanting(small.engine(), 5), small_groups(small.engine(), 2);
  const federate::RunPlan plan;  // the first clients at once are those of a round, five
  Validity validity;
  auto protocol = small_protocol(GetParam());
  protocol.local_adam = algorithms::ClientAdam::persist;
  const auto federation = small.with(wanting);
  testing::internal::CaptureStderr();
  const auto shrunk = test::train(federation, protocol, plan, validity);
  const auto said = testing::internal::GetCapturedStderr();
  const auto right = test::train(small.with(small_groups), protocol, plan, validity);
  EXPECT_EQ(faults(validity), "");
  EXPECT_LE(std::count(said.begin(), said.end(), '\n'), 1) << said;
  if (!small.world().root()) return;
  EXPECT_TRUE(at::equal(shrunk.phi, right.phi));
  ASSERT_EQ(shrunk.rounds.size(), right.rounds.size());
  for (std::size_t i = 0; i < right.rounds.size(); ++i) {
    EXPECT_EQ(shrunk.rounds[i].loss, right.rounds[i].loss);
    EXPECT_EQ(shrunk.rounds[i].flops, right.rounds[i].flops);
  }
  EXPECT_EQ(shrunk.views[0].evaluations.at(0).loss, right.views[0].evaluations.at(0).loss);
  if (small.world().size() > 1) return;  // some ranks have few clients
  EXPECT_EQ(federation.most_at_a_time, 2);
  EXPECT_NE(said.find("the device has no memory for 5 clients at once (rank 0)"), std::string::npos) << said;
}

TEST(Memory, ForNotEvenOneClientEndsTheTraining) {
  const SmallFederation small;
  if (small.world().size() > 1) GTEST_SKIP() << "the other ranks would wait";
  const SmallMemory none(small.engine(), 4, 0);
  const auto federation = small.with(none);
  const auto run = test::make_run(small_protocol("fedsgd"));
  Training training(federation, run, {{"fedsgd", true}}, {}, {});
  Validity validity;
  testing::internal::CaptureStderr();
  EXPECT_THROW(training.step(validity), c10::OutOfMemoryError);
  const auto said = testing::internal::GetCapturedStderr();
  EXPECT_EQ(std::count(said.begin(), said.end(), '\n'), 2) << said;  // 4, 2
}

/// What is done where the device has a memory of its own, with the CPU as the device.
TEST_P(EveryTraining, WithADeviceApartHasTheBitsOfTheCpu) {
  const SmallFederation small;
  for (const bool reproducible : {true, false}) {
    federate::RunPlan plan;
    plan.eval_every = 1;
    plan.reproducible = reproducible;
    Validity validity;
    const auto here = test::train(small.federation(), small_protocol(GetParam()), plan, validity);
    auto federation = small.federation();
    federation.apart = true;
    const auto apart = test::train(federation, small_protocol(GetParam()), plan, validity);
    EXPECT_EQ(faults(validity), "");
    if (!small.world().root()) continue;
    if (reproducible)
      EXPECT_TRUE(at::equal(apart.phi, here.phi));
    else  // sums may be rounded otherwise
      EXPECT_TRUE(at::allclose(apart.phi, here.phi, 1e-4, 1e-5)) << (apart.phi - here.phi).abs().max();
    ASSERT_EQ(apart.rounds.size(), here.rounds.size());
    const std::int64_t ranks = small.world().size(), vector = 4 * here.phi.numel();
    for (std::size_t r = 0; r < here.rounds.size(); ++r) {
      EXPECT_EQ(apart.rounds[r].mpi_bytes, here.rounds[r].mpi_bytes);
      EXPECT_EQ(here.rounds[r].device_bytes, 0);
      // Where there is another rank: phi, each rank's sum, and the mean. A fingerprint for each rank, and the
      // losses, and each busy rank's sum of its updates' numbers.
      const auto vectors = ranks == 1 ? 0 : 2 * ranks + 1;
      const std::int64_t clients = std::ssize(here.rounds[r].clients);
      const auto numbers = 16 * ranks + 8 * clients + 8 * std::min(ranks, clients);
      if (reproducible)
        EXPECT_GT(apart.rounds[r].device_bytes, vectors * vector + numbers);
      else
        EXPECT_EQ(apart.rounds[r].device_bytes, vectors * vector + numbers);
    }
  }
}

/// A training that goes on knows what was spent and reached before, though no rows of it are left.
TEST(State, HoldsWhatTheTargetTookBefore) {
  const SmallFederation small;
  const algorithms::Run run = test::make_run(small_protocol("fedavg"));
  const auto federation = small.federation();
  federate::RunPlan plan;
  plan.seed = 11;
  plan.target_accuracy = 1e-6;  // any evaluation reaches it
  const auto target_of = [&](const ServerState* before) {
    Training training(federation, run, {{"fedavg", false}}, plan, {});
    if (before) training.go_on_from(server_state(named(*before)));
    test::Rows rows;
    Validity validity;
    training.run(&rows, validity);
    return std::pair(rows.views[0].target, training.state());
  };
  Validity validity;
  Training first(federation, run, {{"fedavg", false}}, plan, {});
  first.step(validity);
  const auto [whole, end] = target_of(nullptr);
  const auto [resumed, same_end] = target_of(&first.state());
  auto reached = first.state();
  reached.reached = {0};
  const auto [again, still] = target_of(&reached);
  if (!small.world().root()) return;
  ASSERT_TRUE(whole && resumed);
  EXPECT_EQ(resumed->flops, whole->flops);
  EXPECT_EQ(resumed->bytes, whole->bytes);
  EXPECT_EQ(end.reached, std::set<int>{0});
  EXPECT_FALSE(again) << "it was reached before";
}

TEST(State, ThatIsNotWholeIsRefused) {
  ServerState state;
  state.phi = at::ones({3});
  state.clients[7]["mean"] = at::ones({3});
  state.spent = {3, 4, 0.1};
  state.reached = {0, 12};
  auto names = named(state);
  EXPECT_EQ(server_state(names).clients.at(7).count("mean"), 1U);
  EXPECT_EQ(server_state(names).spent, state.spent);
  EXPECT_EQ(server_state(names).reached, state.reached);
  auto unknown = names;
  unknown.tensors["client/x/mean"] = at::ones({3});
  EXPECT_THROW(server_state(unknown), Error);
  auto unread = names;
  unread.numbers["reached/x"] = 1;
  EXPECT_THROW(server_state(unread), Error);
  names.tensors.erase("phi");
  EXPECT_THROW(server_state(names), Error);
}

}  // namespace
}  // namespace fedmeta::federate

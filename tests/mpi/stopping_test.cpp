// Signals in the middle of a training: one rank hears them, all stop together, and nothing but the begun
// round is lost.
#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>

#include "base/stop_signal.hpp"
#include "federate/client_states.hpp"
#include "federate/training.hpp"
#include "learn/changed_engine.hpp"
#include "mpi/small_federation.hpp"

namespace fedmeta::federate {
namespace {

using test::small_protocol;
using test::SmallFederation;

/// Raises a signal on one rank at its n-th gradient.
class SignallingEngine final : public learn::ChangedEngine {
 public:
  SignallingEngine(const learn::Engine& engine, bool here, int at)
      : ChangedEngine(engine), here_(here), left_(at) {}

 protected:
  void change(learn::Gradients&, const at::Tensor&, const learn::Batches&) const override {
    if (here_ && --left_ == 0) raise(SIGUSR1);
  }

 private:
  bool here_;
  mutable int left_;
};

class Stopping : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override { catch_stop_signals(false); }
  void TearDown() override {
    catch_stop_signals(false);  // forgets it
    alarm(0);
  }
};

INSTANTIATE_TEST_SUITE_P(Training, Stopping, testing::Values("fedavg", "maml", "meta-sgd", "perfedavg"),
                         [](const auto& info) {
                           auto name = info.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

bool same(const learn::OptimizerState& a, const learn::OptimizerState& b) {
  return a.size() == b.size() && std::ranges::all_of(a, [&](const auto& entry) {
           return b.contains(entry.first) && at::equal(entry.second, b.at(entry.first));
         });
}

/// The state with which a training that a signal ended goes on: through the root, as by a checkpoint.
ServerState moved(const SmallFederation& small, const ServerState& state) {
  ServerState moved;
  if (small.world().root()) {
    moved = state;
    moved.clients.clear();
  }
  moved.next_round = state.next_round;
  moved.evaluated = state.evaluated;
  for (const auto client : clients_with_states(small.world(), state)) {
    const auto at_root = gather_client(small.world(), state, client);
    const int home = small.catalogue()[client].home;
    auto sent = send_client(small.world(), at_root, home);
    if (small.world().rank() != home) continue;
    EXPECT_TRUE(same(sent, state.clients.at(client)));
    moved.clients[client] = std::move(sent);
  }
  return moved;
}

TEST_P(Stopping, AnywhereLosesTheBegunRoundAlone) {
  const SmallFederation small;
  const auto& world = small.world();
  auto protocol = small_protocol(GetParam());
  protocol.local_adam = algorithms::ClientAdam::persist;
  const algorithms::Run run = test::make_run(protocol);
  RunPlan plan;
  plan.seed = 11;
  plan.reproducible = true;
  plan.eval_every = 1;
  Validity validity;
  const learn::ChangedEngine single(small.engine());  // without the fused loop, as the one that signals
  const auto undisturbed = small.with(single);
  const auto whole = test::train(undisturbed, protocol, plan, validity);
  int stops = 0;
  for (int at = 1; at < 60; at += 9) {
    const int rank = at % world.size();
    const SignallingEngine engine(small.engine(), world.rank() == rank, at);
    const auto signalled = small.with(engine);
    test::Rows rows;
    Training first(signalled, run, {{GetParam(), true}}, plan, {});
    const auto stopped = first.run(&rows, validity);
    const auto told = world.all_gather(static_cast<int>(stopped.stopped));
    EXPECT_EQ(std::ranges::count(told, told.front()), world.size()) << "all ranks agree";
    catch_stop_signals(false);
    world.wait_for_all();
    if (!stopped.stopped) continue;
    ++stops;
    const auto state = moved(small, first.state());
    Training rest(undisturbed, run, {{GetParam(), true}}, plan, {});
    const auto outcome = rest.run(&rows, validity, nullptr, &state);
    EXPECT_FALSE(outcome.stopped);
    if (!world.root()) continue;
    EXPECT_TRUE(at::equal(outcome.phi, whole.phi)) << "gradient " << at;
    ASSERT_EQ(rows.rounds.size(), whole.rounds.size());
    ASSERT_EQ(rows.views[0].evaluations.size(), whole.views[0].evaluations.size());
    for (std::size_t r = 0; r < rows.rounds.size(); ++r) {
      EXPECT_EQ(rows.rounds[r].loss, whole.rounds[r].loss);
      EXPECT_EQ(rows.rounds[r].mpi_bytes, whole.rounds[r].mpi_bytes);
      EXPECT_EQ(rows.views[0].evaluations[r].loss, whole.views[0].evaluations[r].loss);
    }
  }
  EXPECT_GT(stops, 0);
  EXPECT_EQ(test::faults(validity), "");
}

}  // namespace
}  // namespace fedmeta::federate

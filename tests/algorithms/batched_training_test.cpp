// Whole trainings, in double: all clients of a round in one group by the batched engine, against one after
// the other by the engine that the CPU has for the network.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "algorithms/protocol.hpp"
#include "device/again_recorder.hpp"
#include "engine/batched/batched_engine.hpp"
#include "engine/make_engine.hpp"
#include "learn/problems.hpp"

namespace fedmeta::algorithms {
namespace {

constexpr int rounds = 5;

struct Learnt {
  std::string name;
  std::shared_ptr<const model::Network> network;
  learn::Samples samples;
};

class BatchedTraining : public testing::TestWithParam<std::tuple<std::string, Learnt>> {
 protected:
  BatchedTraining() : network(*std::get<1>(GetParam()).network) {
    at::manual_seed(8);
    for (const auto& [samples, support] : {std::pair{3, 1}, {20, 12}, {8, 4}, {8, 4}, {11, 2}})
      tasks.push_back(
          {learn::random_batch(samples, std::get<1>(GetParam()).samples, network.classes(), at::kDouble),
           support});
    protocol.algorithm = std::get<0>(GetParam());
    protocol.rounds = rounds - (protocol.algorithm == "perfedavg" ? 2 : 0);
    protocol.stage2_rounds = 2;
    protocol.clients_per_round = std::ssize(tasks);
    protocol.local = {2, 5, 0};
    protocol.inner = {2, 5, 0};
    protocol.local_lr = protocol.inner_lr = protocol.outer_lr = 0.01;
    protocol.local_adam = ClientAdam::persist;
  }

  /// phi after all rounds, and the losses of the last one; `together` clients are computed at a time.
  std::pair<at::Tensor, at::Tensor> train(engine::EngineKind kind, std::size_t together) const {
    return train(*engine::make_engine(network, at::kCPU, {.kind = kind}), together);
  }
  std::pair<at::Tensor, at::Tensor> train(const learn::Engine& engine, std::size_t together) const {
    const auto run = test::make_run(protocol);
    EXPECT_EQ(run.rounds(), rounds);
    const auto theta = model::initial_parameters(network.layout(), model::Initialisation::torch, 1);
    auto phi = run.first().initial(theta.to(at::kDouble));
    learn::OptimizerState server;
    std::vector<learn::ClientStates> states(tasks.size());
    std::vector<at::Tensor> losses;
    for (std::int64_t round = 1; round <= rounds; ++round) {
      const auto& algorithm = run.algorithm(round);
      losses.clear();
      auto mean = at::zeros_like(phi);
      for (std::size_t first = 0; first < tasks.size(); first += together) {
        const auto updates =
            algorithm.client_updates(engine, phi, group(first, together, round), states[first]);
        mean += updates.directions.sum(0) / std::ssize(tasks);
        losses.push_back(updates.losses);
      }
      algorithm.server_optimizer()->step(phi, mean, server);
      algorithm.constrain(phi);
    }
    return {phi, at::cat(losses)};
  }
  learn::Group group(std::size_t first, std::size_t count, std::int64_t round) const {
    learn::Group group;
    for (auto i = first; i < first + count; ++i) {
      group.tasks.push_back(tasks[i]);
      group.orders.emplace_back(static_cast<std::uint64_t>(round), "order",
                                std::initializer_list<std::uint64_t>{i});
    }
    return group;
  }

  const model::Network& network;
  std::vector<learn::Task> tasks;
  test::Protocol protocol;
};

TEST_P(BatchedTraining, IsThatOfOneClientAfterTheOther) {
  const auto [phi, losses] = train(engine::EngineKind::batched, tasks.size());
  const auto [expected, expected_losses] = train(engine::EngineKind::automatic, 1);
  EXPECT_LT(learn::relative_error(phi, expected), 1e-8);
  EXPECT_LT(learn::relative_error(losses, expected_losses), 1e-8);
  EXPECT_LT(learn::relative_error(train(engine::EngineKind::batched, 1).first, expected), 1e-8);
  // As on a GPU: from the second round on what the first has recorded is replayed.
  const auto recorded = engine::make_batched_engine(
      network, {.rounded = true, .recorder = std::make_unique<device::AgainRecorder>()});
  EXPECT_LT(learn::relative_error(train(*recorded, tasks.size()).first, expected), 1e-8);
}

std::vector<Learnt> networks() {
  model::Lstm::Sizes lstm{.length = 4, .words = 6, .embedding = 3, .hidden = 4, .classes = 3};
  return {{"nn", std::make_shared<model::DenseNetwork>("nn", std::vector<std::int64_t>{6, 5, 4}), {6}},
          {"cnn", std::make_shared<model::ImageCnn>(learn::small_cnn()), {64}},
          {"lstm", std::make_shared<model::Lstm>(lstm), {4, 6}}};
}

INSTANTIATE_TEST_SUITE_P(EveryMethod, BatchedTraining,
                         testing::Combine(testing::ValuesIn(test::names_with_rounds()),
                                          testing::ValuesIn(networks())),
                         [](const auto& info) {
                           auto name = std::get<0>(info.param) + "_" + std::get<1>(info.param).name;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace fedmeta::algorithms

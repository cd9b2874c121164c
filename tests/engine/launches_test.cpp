// On a GPU each operator is a launch of a few microseconds. The batched engine's number of them does not
// depend on how many clients a group has: a bound for devices that are not at hand.
#include <ATen/record_function.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <functional>
#include <set>
#include <string>

#include "engine/batched/batched_engine.hpp"
#include "learn/local_training.hpp"
#include "learn/meta_gradient.hpp"
#include "learn/problems.hpp"
#include "sanitizers/paper_sizes.hpp"

namespace fedmeta::engine {
using namespace learn;
namespace {

/// Operators that only look at memory another way or take some, and those that are made of others, which are
/// counted. Of all others nothing within is counted: that is what the CPU's kernels call.
bool launches_nothing(const std::string& name) {
  static const std::set<std::string> names{"view",
                                           "_reshape_alias",
                                           "reshape",
                                           "flatten",
                                           "unflatten",
                                           "as_strided",
                                           "select",
                                           "slice",
                                           "narrow",
                                           "transpose",
                                           "permute",
                                           "t",
                                           "expand",
                                           "unsqueeze",
                                           "squeeze",
                                           "unbind",
                                           "expand_as",
                                           "split",
                                           "chunk",
                                           "empty",
                                           "empty_like",
                                           "split_with_sizes",
                                           "new_empty",
                                           "empty_strided",
                                           "to",
                                           "_to_copy",
                                           "contiguous",
                                           "clone",
                                           "zeros",
                                           "zeros_like",
                                           "full",
                                           "full_like",
                                           "detach",
                                           "alias",
                                           "result_type",
                                           "lift_fresh",
                                           "constant_pad_nd"};
  return name.starts_with("aten::") && names.contains(name.substr(6));
}

std::int64_t launches_in(const std::function<void()>& work) {
  thread_local std::int64_t launches = 0, open = 0;
  launches = 0;
  const auto enter = [](const at::RecordFunction& call) -> std::unique_ptr<at::ObserverContext> {
    if (launches_nothing(call.name())) return nullptr;
    launches += open == 0;
    ++open;
    return nullptr;
  };
  const auto leave = [](const at::RecordFunction& call, at::ObserverContext*) {
    if (!launches_nothing(call.name())) --open;
  };
  const auto handle = at::addThreadLocalCallback(
      at::RecordFunctionCallback(enter, leave).scopes({at::RecordScope::FUNCTION}));
  work();
  at::removeCallback(handle);
  return launches;
}

/// Clients of a network with as many steps as a FEMNIST writer has in the paper's protocol, four, of two
/// samples each, and a query set.
struct Clients {
  Clients(const model::Network& network, const Samples& samples, std::size_t count, bool ragged)
      : theta(model::initial_parameters(network.layout(), model::Initialisation::torch, 1)) {
    for (std::size_t i = 0; i < count; ++i) {
      const std::int64_t rows = ragged && i > 0 ? 1 + static_cast<std::int64_t>(i) % 7 : 7;
      put_steps(steps, i, count,
                learn::minibatches(random_batch(rows, samples, network.classes(), at::kFloat), {1, 2, 0}));
      queries.push_back(random_batch(2 * rows, samples, network.classes(), at::kFloat));
    }
  }

  at::Tensor theta;
  Steps steps;
  Batches queries;
};

struct Course {
  std::string name;
  std::function<void(const learn::Engine&, const Clients&)> train;
};

std::vector<Course> courses() {
  const auto trained = [](const learn::Engine& engine, const Clients& c, const Optimizer& optimizer) {
    ClientStates states;
    learn::fedavg(engine, c.theta, c.steps, optimizer, states);
  };
  return {
      {"fedsgd", [](const auto& engine, const auto& c) { learn::fedsgd(engine, c.theta, c.queries); }},
      {"fedavg_sgd", [=](const auto& engine, const auto& c) { trained(engine, c, *make_sgd(.1, .9, .1)); }},
      {"fedavg_adam", [=](const auto& engine, const auto& c) { trained(engine, c, *make_adam(.1)); }},
      {"fomaml",
       [](const auto& engine, const auto& c) { learn::fomaml(engine, c.theta, .1, c.steps, c.queries); }},
      {"maml",
       [](const auto& engine, const auto& c) { learn::maml(engine, c.theta, .1, c.steps, c.queries); }},
      {"meta_sgd", [](const auto& engine, const auto& c) {
         learn::meta_sgd(engine, c.theta, at::full_like(c.theta, .1), c.steps, c.queries);
       }}};
}

TEST(Launches, AreCounted) {
  const auto a = at::ones({3, 2});
  EXPECT_EQ(launches_in([&] { at::add(a, a.narrow(0, 0, 3)); }), 1);
  EXPECT_EQ(launches_in([&] { at::_foreach_add_({a, a.clone()}, 1); }), 2);  // the copy, and the sums
}

TEST(Launches, DoNotGrowWithTheClients) {
  const std::vector<std::pair<std::shared_ptr<const model::Network>, Samples>> cases{
      {std::make_shared<model::DenseNetwork>("nn", std::vector<std::int64_t>{6, 5, 4}), {6}},
      {std::make_shared<model::ImageCnn>(small_cnn()), {64}},
      {std::make_shared<model::Lstm>(small_lstm(false)), {3, 3}}};
  for (const auto& [network, samples] : cases) {
    at::manual_seed(1);
    const auto engine = make_batched_engine(*network);
    for (const bool ragged : {false, true}) {
      // More rows than the CPU has kernels of its own for.
      const Clients few(*network, samples, 20, ragged), many(*network, samples, 40, ragged);
      for (const auto& [name, train] : courses())
        EXPECT_EQ(launches_in([&, &train = train] { train(*engine, many); }),
                  launches_in([&, &train = train] { train(*engine, few); }))
            << network->name() << ", " << name;
    }
  }
}

/// The paper's network and step counts.
TEST(Launches, OfAFemnistRoundAreBelowAThousand) {
  FEDMETA_AT_PAPER_SIZES();
  at::manual_seed(1);
  const model::ImageCnn network;
  const auto engine = make_batched_engine(network);
  const Clients clients(network, {784}, 2, /*ragged=*/true);
  for (const auto& [name, train] : courses()) {
    const auto launches = launches_in([&, &train = train] { train(*engine, clients); });
    EXPECT_LT(launches, 1000) << name;
    RecordProperty(name, static_cast<int>(launches));
    std::printf("  %s: %ld launches\n", name.c_str(), static_cast<long>(launches));
  }
}

}  // namespace
}  // namespace fedmeta::engine

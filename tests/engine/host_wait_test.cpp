// On a GPU, reading a number on the host waits for all that was started: no client's task may do so.
#include <ATen/record_function.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "engine/autograd_engine.hpp"
#include "engine/batched/batched_engine.hpp"
#include "learn/local_training.hpp"
#include "learn/meta_gradient.hpp"
#include "learn/problems.hpp"

namespace fedmeta::engine {
using namespace learn;
namespace {

/// The operators called by `work` that bring numbers to the host, or whose result's shape depends on numbers.
std::set<std::string> waits_in(const std::function<void()>& work) {
  thread_local std::set<std::string> found;
  found.clear();
  const auto enter = [](const at::RecordFunction& call) -> std::unique_ptr<at::ObserverContext> {
    static const std::set<std::string> waiting{"aten::item",          "aten::_local_scalar_dense",
                                               "aten::is_nonzero",    "aten::nonzero",
                                               "aten::masked_select", "aten::equal",
                                               "aten::allclose",      "aten::unique"};
    if (waiting.contains(call.name())) found.insert(call.name());
    return nullptr;
  };
  const auto handle =
      at::addThreadLocalCallback(at::RecordFunctionCallback(enter).scopes({at::RecordScope::FUNCTION}));
  work();
  at::removeCallback(handle);
  return found;
}

TEST(ClientTask, TheWatchSeesAWait) {
  EXPECT_EQ(waits_in([] { at::ones({1}).item<float>(); }).count("aten::item"), 1U);
}

// The engines that GPUs have, for every network and method. Adam is left out: on the CPU ATen's fused kernel
// reads its step count on the host, on a GPU where it lies.
TEST(ClientTask, NeverWaitsForTheDevice) {
  const std::vector<std::pair<std::shared_ptr<const model::Network>, Samples>> cases{
      {std::make_shared<model::ImageCnn>(small_cnn()), {64}},
      {std::make_shared<model::Lstm>(small_lstm(false)), {3, 3}},
      {std::make_shared<TanhNetwork>(), {5}}};
  for (const auto& [network, samples] : cases) {
    at::manual_seed(1);
    const auto one_by_one = make_autograd_engine(*network, model::counted_products()),
               together = make_batched_engine(*network);
    const auto type = at::kFloat;
    const auto theta = model::initial_parameters(network->layout(), model::Initialisation::torch, 1);
    const auto alpha = at::full_like(theta, 0.01);
    const auto batch = random_batch(5, samples, network->classes(), type),
               query = random_batch(4, samples, network->classes(), type);
    const auto steps = learn::minibatches(batch, {2, 3, 0});
    for (const auto* engine : {one_by_one.get(), together.get()}) {
      const auto waits = waits_in([&] {
        learn::fedsgd(*engine, theta, query);
        learn::fedavg(*engine, theta, steps, *learn::make_sgd(1e-3));
        learn::fomaml(*engine, theta, 0.01, steps, query);
        learn::maml(*engine, theta, 0.01, steps, query);
        learn::meta_sgd(*engine, theta, alpha, steps, query);
      });
      EXPECT_TRUE(waits.empty()) << network->name() << ": " << *waits.begin();
    }
  }
}

}  // namespace
}  // namespace fedmeta::engine

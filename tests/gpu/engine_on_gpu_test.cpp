// Whole updates on a GPU at the papers' sizes, held against the same in double, whose operators are ATen's
// own. Prints the errors, which docs/performance.md has, as lines "ERROR PRECISION NETWORK METHOD VALUE".
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <functional>

#include "device/cuda.hpp"
#include "engine/make_engine.hpp"
#include "learn/problems.hpp"

namespace fedmeta {
namespace {

using namespace learn;
using engine::EngineChoice;

struct Problem {
  std::string name;
  std::function<std::unique_ptr<model::Network>()> network;
  Samples samples;
  std::int64_t rows;  ///< of a client, about; a fifth of them is the support set
};

const std::vector<Problem>& problems() {
  static const std::vector<Problem> all{
      {"femnist", [] { return std::make_unique<model::ImageCnn>(); }, {784}, 165},
      {"shakespeare", [] { return std::make_unique<model::Lstm>(model::Lstm::Sizes{}); }, {80, 80}, 120},
      {"sent140",
       [] {
         const auto vectors = at::randn({300, 300}) * 0.4;
         return std::make_unique<model::Lstm>(
             model::Lstm::Sizes{.length = 25, .hidden = 100, .head = 30, .classes = 2},
             vectors.to(at::kCUDA));
       },
       {25, 300},
       45}};
  return all;
}

/// Clients of different sizes.
struct Clients {
  Clients(const Problem& problem, std::int64_t classes) {
    constexpr std::size_t count = 4;
    for (std::size_t i = 0; i < count; ++i) {
      const auto rows = problem.rows * (2 + static_cast<std::int64_t>(i)) / 3, support = rows / 5;
      auto all = random_batch(rows, problem.samples, classes, at::kFloat);
      all = {all.x.to(at::kCUDA), all.y.to(at::kCUDA), 0};
      put_steps(steps, i, count, minibatches(all.rows(0, support), {1, 10, 0}));
      queries.push_back(all.rows(support, rows));
    }
  }
  /// The same in double.
  Clients exact() const {
    auto copy = *this;
    const auto widen = [](Batches& batches) {
      for (auto& batch : batches)
        if (batch.x.defined() && batch.x.is_floating_point()) batch.x = batch.x.to(at::kDouble);
    };
    for (auto& batches : copy.steps) widen(batches);
    widen(copy.queries);
    return copy;
  }

  Steps steps;
  Batches queries;
};

struct Method {
  std::string name;
  std::function<at::Tensor(const Engine&, const at::Tensor&, const Clients&)> directions;
};

const std::vector<Method>& methods() {
  constexpr double rate = 0.01;
  static const std::vector<Method> all{
      {"fedavg",
       [](const auto& engine, const auto& theta, const auto& c) {
         ClientStates states;
         return fedavg(engine, theta, c.steps, *make_sgd(rate), states).directions;
       }},
      {"fomaml", [](const auto& engine, const auto& theta,
                    const auto& c) { return fomaml(engine, theta, rate, c.steps, c.queries).directions; }},
      {"maml", [](const auto& engine, const auto& theta,
                  const auto& c) { return maml(engine, theta, rate, c.steps, c.queries).directions; }},
      {"meta-sgd", [](const auto& engine, const auto& theta, const auto& c) {
         return meta_sgd(engine, theta, at::full_like(theta, rate), c.steps, c.queries).directions;
       }}};
  return all;
}

class EngineOnGpu : public testing::TestWithParam<std::tuple<Problem, Method>> {
 protected:
  void SetUp() override {
    if (device::usable_gpus() == 0) GTEST_SKIP() << "no GPU";
    at::manual_seed(3);
    problem = std::get<0>(GetParam());
    network = problem.network();
    clients = std::make_unique<Clients>(problem, network->classes());
    theta = model::initial_parameters(network->layout(), model::Initialisation::tf, 1).to(at::kCUDA);
  }
  void TearDown() override { model::allow_matrix_units(model::Precision::fp32); }

  at::Tensor directions(const EngineChoice& choice, int calls = 1) {
    model::allow_matrix_units(choice.precision);
    const auto engine = engine::make_engine(*network, at::Device(at::kCUDA, 0), choice);
    at::Tensor made;
    for (int call = 0; call < calls; ++call)
      made = std::get<1>(GetParam()).directions(*engine, theta, *clients);
    return made;
  }
  /// Of the mean over the clients, which the server sees.
  double error(const at::Tensor& made) {
    const auto exact_engine = engine::make_engine(*network, at::Device(at::kCUDA, 0));
    const auto exact =
        std::get<1>(GetParam()).directions(*exact_engine, theta.to(at::kDouble), clients->exact());
    return relative_error(made.to(at::kDouble).mean(0), exact.mean(0));
  }

  Problem problem;
  std::unique_ptr<model::Network> network;
  std::unique_ptr<Clients> clients;
  at::Tensor theta;
};

TEST_P(EngineOnGpu, IsAsExactAsItsPrecision) {
  for (const auto& [name, precision, tolerance] : {std::tuple{"fp32", model::Precision::fp32, 1e-5},
                                                   {"tf32", model::Precision::tf32, 2e-2},
                                                   {"bf16", model::Precision::bf16, 2e-1}}) {
    const auto found = error(directions({precision}));
    std::printf("ERROR %s %s %s %.2g\n", name, problem.name.c_str(), std::get<1>(GetParam()).name.c_str(),
                found);
    EXPECT_LT(found, tolerance) << name;
  }
}

/// The third call is the first that only replays.
TEST_P(EngineOnGpu, GivesTheSameBitsWithAndWithoutGraphs) {
  const auto eager = directions({.cuda_graphs = false});
  for (const int calls : {1, 2, 3, 4}) EXPECT_TRUE(at::equal(directions({}, calls), eager)) << calls;
}

INSTANTIATE_TEST_SUITE_P(Papers, EngineOnGpu,
                         testing::Combine(testing::ValuesIn(problems()), testing::ValuesIn(methods())),
                         [](const auto& info) {
                           auto name = std::get<0>(info.param).name + "_" + std::get<1>(info.param).name;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace fedmeta

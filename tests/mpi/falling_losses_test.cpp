// Every algorithm on every data set that it is for: the training loss falls. All clients train in every
// round, so that the losses of two rounds are of the same samples.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "mpi/small_experiment.hpp"

namespace fedmeta {
namespace {

struct Pair {
  std::string dataset, model;
  double samples;  ///< of a client, mean
  std::vector<std::string> method;

  std::string name() const {
    auto text = dataset + "_" + model + "_" + method[0];
    std::replace(text.begin(), text.end(), '-', '_');
    return text;
  }
};

std::vector<Pair> pairs() {
  const std::vector<std::vector<std::string>> methods{
      {"fedsgd", "--outer-lr", "0.003"},
      {"fedavg", "--local-lr", "0.001"},
      {"fedavg-meta", "--local-lr", "0.001"},
      {"reptile", "--local-optimizer", "adam", "--local-lr", "0.001"},
      {"perfedavg", "--local-optimizer", "adam", "--local-lr", "0.001", "--stage2-rounds", "1"},
      {"fomaml", "--inner-lr", "0.003", "--outer-lr", "0.003"},
      {"maml", "--inner-lr", "0.003", "--outer-lr", "0.003"},
      {"meta-sgd", "--inner-lr", "0.003", "--outer-lr", "0.003"}};
  std::vector<Pair> all;
  for (const auto& method : methods) {
    all.push_back({"femnist", "cnn", 20, method});
    all.push_back({"shakespeare", "lstm", 10, method});
    all.push_back({"sent140", "lstm", 20, method});
    all.push_back({"synthetic", "lr", 50, method});
  }
  for (const std::string model : {"lr", "nn"})
    for (const std::string method : {"fomaml", "maml", "meta-sgd"})
      all.push_back({"production", model, 100, {method, "--outer-lr", "0.01"}});
  all.push_back({"production", "nn-unified", 100, {"mixed"}});
  return all;
}

settings::Settings settings_of(const Pair& pair) {
  std::vector<std::string> arguments{
      "--profile",     "paper", "--dataset",           pair.dataset, "--model",       pair.model,
      "--rounds",      "10",    "--eval-every",        "0",          "--min-samples", "5",
      "--train-share", "0.6",   "--clients-per-round", "3",          "--algorithms"};
  arguments.insert(arguments.end(), pair.method.begin(), pair.method.end());
  auto settings = test::settings_of(arguments);
  settings.source.generated = {5, pair.samples, pair.samples / 4, 5};
  return settings;
}

class Losses : public testing::TestWithParam<Pair> {};

TEST_P(Losses, Fall) {
  for (const auto& run : test::run(settings_of(GetParam()))) {
    std::vector<double> losses;
    for (const auto& round : run.rounds) losses.push_back(round.loss);
    EXPECT_TRUE(std::all_of(losses.begin(), losses.end(), [](double loss) { return std::isfinite(loss); }));
    ASSERT_GE(losses.size(), 10U);
    EXPECT_LT(losses[9], 0.99 * losses[0]);
  }
}

INSTANTIATE_TEST_SUITE_P(Pairs, Losses, testing::ValuesIn(pairs()),
                         [](const auto& info) { return info.param.name(); });

}  // namespace
}  // namespace fedmeta

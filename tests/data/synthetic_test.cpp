// The two generators of synthetic data against their definitions, and LEAF's files of such data.
#include "data/dataset.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/random.hpp"
#include "data/expect_error.hpp"
#include "data/leaf/leaf_writer.hpp"
#include "data/stand_in/linear_tasks.hpp"
#include "data/statistics.hpp"
#include "data/temporary_folder.hpp"

namespace fedmeta::data {
namespace {

DatasetPlan plan_of(const std::string& generator, std::int64_t clients, std::uint64_t seed = 1) {
  DatasetPlan plan;
  plan.dataset = "synthetic";
  plan.options["generator"] = generator;
  plan.generated.clients = clients;
  plan.seed = seed;
  return plan;
}

class Generators : public testing::TestWithParam<const char*> {};

INSTANTIATE_TEST_SUITE_P(Both, Generators, testing::Values("leaf", "alpha-beta"),
                         [](const auto& info) { return std::string(info.param, 4); });

TEST_P(Generators, AClientDependsOnSeedAndIndexAlone) {
  const auto few = make_dataset(plan_of(GetParam(), 3)), many = make_dataset(plan_of(GetParam(), 2000)),
             other = make_dataset(plan_of(GetParam(), 3, 2));
  for (int index = 0; index < 3; ++index) {
    EXPECT_EQ(few->generate(index).features, many->generate(index).features);
    EXPECT_EQ(few->generate(index).labels, many->generate(index).labels);
    EXPECT_EQ(few->generated_id(index), many->generated_id(index));
    EXPECT_NE(few->generate(index).features, other->generate(index).features);
  }
}

TEST_P(Generators, IdsSortInTheOrderOfIndices) {
  const auto source = make_dataset(plan_of(GetParam(), 20000));
  std::vector<std::string> ids;
  for (std::int64_t index = 0; index < 20000; index += 37) ids.push_back(source->generated_id(index));
  EXPECT_TRUE(std::is_sorted(ids.begin(), ids.end()));
  EXPECT_EQ(source->generate(7).id, source->generated_id(7));
}

TEST_P(Generators, InputsVaryAsInTheDefinition) {
  const bool leaf = GetParam()[0] == 'l';
  const auto tasks = leaf ? make_leaf_tasks(1) : make_alpha_beta_tasks(0.5, 0.5, 1);
  auto task = tasks->task(0);
  task.samples = 20000;
  Random random(1, "test");
  const auto client = draw_linear_client(task, "u", random);
  const auto& x = std::get<Floats>(client.features);
  ASSERT_EQ(x.size(), 60U * 20000U);
  for (std::size_t j = 0; j < 60; ++j) {
    double sum = 0, squares = 0;
    for (std::size_t i = 0; i < 20000; ++i) {
      const double off = x[60 * i + j] - task.centre[j];
      sum += off / 20000;
      squares += off * off / 20000;
    }
    const double variance = std::pow(j + 1, -1.2);
    EXPECT_NEAR(sum, 0, 5 * std::sqrt(variance / 20000)) << j;
    EXPECT_NEAR(squares / variance, 1, 0.06) << j;  // standard error .01
  }
}

/// The largest score of weights x + bias, and how far it is above the next one.
std::pair<std::int32_t, double> best_class(const LinearTask& task, const float* x) {
  std::vector<std::pair<double, std::int32_t>> scores;
  for (std::size_t c = 0; c < task.bias.size(); ++c) {
    double score = task.bias[c];
    for (std::size_t j = 0; j < 60; ++j) score += task.weights[60 * c + j] * x[j];
    scores.emplace_back(score, static_cast<std::int32_t>(c));
  }
  std::sort(scores.rbegin(), scores.rend());
  return {scores[0].second, scores[0].first - scores[1].first};
}

TEST_P(Generators, LabelsFollowTheClientsModel) {
  const bool leaf = GetParam()[0] == 'l';
  const auto tasks = leaf ? make_leaf_tasks(1) : make_alpha_beta_tasks(0.5, 0.5, 1);
  const auto source = make_dataset(plan_of(GetParam(), 50));
  const double clear = leaf ? 1 : 1e-4;  // noise of deviation .14 between two classes; rounding to float
  std::int64_t all = 0, checked = 0;
  for (std::int64_t index = 0; index < 50; ++index) {
    const auto client = source->generate(index);
    const auto task = tasks->task(index);
    const auto& x = std::get<Floats>(client.features);
    for (std::size_t i = 0; i < client.labels.size(); ++i, ++all) {
      const auto [label, margin] = best_class(task, x.data() + 60 * i);
      if (margin < clear) continue;
      ++checked;
      ASSERT_EQ(client.labels[i], label) << index << ' ' << i;
    }
  }
  EXPECT_GT(double(checked), (leaf ? 0.5 : 0.99) * double(all));
}

Statistics statistics_of(const Dataset& source) {
  StatisticsCollector collector;
  for (std::int64_t index = 0; index < source.generated_clients(); ++index)
    collector.add(source.generate(index));
  return collector.result();
}

TEST(LeafTasks, SizesAreLeafs) {
  const auto s = statistics_of(*make_dataset(plan_of("leaf", 4000)));
  // Of 20 million draws: 101.2 and 200.7. LEAF's own 1,000 tasks, 107.55 and 213.22, are one standard error
  // above. Standard errors here: 3.2 and 5.7.
  EXPECT_NEAR(s.mean, 101.2, 10);
  EXPECT_NEAR(s.deviation, 200.7, 18);
  EXPECT_EQ(s.most, 1000);
  EXPECT_GE(s.fewest, 5);
  EXPECT_LE(s.fewest, 7);
  EXPECT_EQ(s.classes, 5);
}

TEST(LeafTasks, AllClientsShareTheMatrixButNotItsScale) {
  const auto tasks = make_leaf_tasks(3);
  const auto first = tasks->task(0), second = tasks->task(1);
  const double ratio = second.bias[0] / first.bias[0];
  EXPECT_NE(ratio, 1);
  for (std::size_t k = 0; k < first.weights.size(); ++k)
    EXPECT_NEAR(second.weights[k], ratio * first.weights[k], 1e-9);
  EXPECT_NE(first.centre, second.centre);
}

/// Quantiles, which the bound leaves alone.
TEST(AlphaBetaTasks, SizesAreTheirs) {
  const auto tasks = make_alpha_beta_tasks(0.5, 0.5, 1);
  std::vector<std::int64_t> sizes;
  for (std::int64_t index = 0; index < 4001; ++index) sizes.push_back(tasks->task(index).samples);
  std::sort(sizes.begin(), sizes.end());
  EXPECT_GE(sizes.front(), 50);
  EXPECT_LE(sizes.back(), 10000);
  EXPECT_NEAR(double(sizes[2000]), 50 + std::exp(4), 6);
  // One deviation above: e^6 at the quantile .8413.
  EXPECT_NEAR(double(sizes[3366]), 50 + std::exp(6), 60);
}

TEST(AlphaBetaTasks, AlphaAndBetaAreDeviationsBetweenClients) {
  const auto spread = [](double alpha, double beta) {
    const auto tasks = make_alpha_beta_tasks(alpha, beta, 1);
    double models = 0, centres = 0;
    for (std::int64_t index = 0; index < 2000; ++index) {
      const auto task = tasks->task(index);
      double model = 0, centre = 0;
      for (const double w : task.weights) model += w / 600;
      for (const double v : task.centre) centre += v / 60;
      models += model * model / 2000;
      centres += centre * centre / 2000;
    }
    return std::pair{models, centres};
  };
  // The mean of k unit normals about a normal of deviation s has variance s^2 + 1/k.
  const auto [none, still] = spread(0, 0);
  EXPECT_NEAR(none, 1.0 / 600, 2e-4);
  EXPECT_NEAR(still, 1.0 / 60, 2e-3);
  const auto [half, two] = spread(0.5, 2);
  EXPECT_NEAR(half, 0.25 + 1.0 / 600, 0.03);
  EXPECT_NEAR(two, 4 + 1.0 / 60, 0.5);
}

TEST(Synthetic, SaysWhatNetworksSee) {
  for (const auto& [generator, classes] : {std::pair{"leaf", 5}, std::pair{"alpha-beta", 10}}) {
    const auto form = make_dataset(plan_of(generator, 1))->form();
    EXPECT_EQ(form.width, 60);
    EXPECT_EQ(form.shape, std::vector<std::int64_t>{60});
    EXPECT_EQ(form.classes, classes);
    EXPECT_EQ(form.input, Input::values);
  }
}

TEST(Synthetic, RefusesImpossiblePlans) {
  test::expect_error(Status::usage, [] { make_dataset(plan_of("gauss", 1)); }, {"--generator gauss"});
  test::expect_error(Status::usage, [] { make_dataset(plan_of("leaf", 0))->generated_clients(); },
                     {"number of clients"});
  auto plan = plan_of("alpha-beta", 1);
  plan.options["alpha"] = -1.0;
  test::expect_error(Status::usage, [&] { make_dataset(plan); }, {"--alpha -1"});
  plan.options["alpha"] = 1.0;
  plan.options["beta"] = std::nan("");
  test::expect_error(Status::usage, [&] { make_dataset(plan); }, {"--beta"});
}

TEST_P(Generators, WhatIsWrittenIsReadBack) {
  const test::TemporaryFolder folder;
  const auto source = make_dataset(plan_of(GetParam(), 4));
  write_leaf_folder(
      folder.path() / "out", 4, [&](auto index) { return source->generate(index); }, source->leaf_text(), 1,
      false);
  std::size_t samples = 0, of_source = 0;
  for (std::int64_t index = 0; index < 4; ++index) of_source += source->generate(index).labels.size();
  for (const auto& file : source->files(folder.path() / "out").read)
    for (const auto& part : source->read(file)) {
      const auto made = source->generate(part.id.back() - '0');
      const auto& all = std::get<Floats>(made.features);
      const auto& x = std::get<Floats>(part.features);
      std::size_t row = 0;  // parts keep the order of samples
      for (std::size_t i = 0; i < part.labels.size(); ++i, ++row, ++samples) {
        while (row < made.labels.size() &&
               !std::equal(all.begin() + 60 * row, all.begin() + 60 * row + 60, x.begin() + 60 * i))
          ++row;
        ASSERT_LT(row, made.labels.size()) << part.id << ' ' << i;
        EXPECT_EQ(part.labels[i], made.labels[row]);
      }
    }
  EXPECT_EQ(samples, of_source);
}

std::string row(const std::string& first) {
  std::string text = "[" + first;
  for (int j = 1; j < 60; ++j) text += ", 0.5";
  return text + "]";
}

std::vector<Client> read(const std::string& x, const std::string& y, const char* generator = "alpha-beta") {
  const test::TemporaryFolder folder;
  return make_dataset(plan_of(generator, 1))
      ->read(folder.write(
          "data.json", R"({"users": ["0"], "user_data": {"0": {"x": [)" + x + R"(], "y": [)" + y + "]}}}"));
}

TEST(SyntheticFile, ReadsNumbersOfAnySizeAndSign) {
  const auto client = read(row("-7.25") + "," + row("1e30") + "," + row("0"), "3.0, 9, 0").at(0);
  EXPECT_EQ(client.labels, (std::vector<std::int32_t>{3, 9, 0}));
  const auto& x = std::get<Floats>(client.features);
  ASSERT_EQ(x.size(), 180U);
  EXPECT_EQ(x[0], -7.25F);
  EXPECT_EQ(x[60], 1e30F);
  EXPECT_EQ(x[119], 0.5F);
}

TEST(SyntheticFile, RefusesWhatIsNot) {
  const auto refused = [](const std::string& x, const std::string& y,
                          std::initializer_list<std::string> parts) {
    test::expect_error(
        Status::input, [&] { read(x, y); }, parts);
  };
  for (const std::string value : {"1e39", "-1e39", "1e999", "NaN", "null", "true"})
    refused(row("0") + "," + row(value), "1, 1", {"user 0, sample 1", "the value " + value});
  refused("[1, 2]", "1", {"user 0, sample 0", "2 values instead of 60"});
  refused(row("0, 0"), "1", {"61 values instead of 60"});
  refused("7", "1", {"not an array"});
  refused(R"("To be")", "1", {"shakespeare"});
  refused(R"(["a"])", "1", {"sent140"});
  for (const char* label : {"10", "-1", "2.5"})
    refused(row("0"), label, {"user 0, label 0", "whole number from 0 to 9"});
  refused(row("0"), R"("1")", {"user 0, label 0", "not a number"});
  refused(row("0"), "1, 2", {"1 samples, but `y` has 2"});
  test::expect_error(Status::input, [] { read(row("0"), "5", "leaf"); }, {"from 0 to 4"});
}

}  // namespace
}  // namespace fedmeta::data

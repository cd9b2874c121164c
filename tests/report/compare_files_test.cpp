// Two results files side by side.
#include "report/compare_files.hpp"

#include <gtest/gtest.h>

#include <array>

#include "base/error.hpp"
#include "record/synthetic_results.hpp"
#include "report/contains.hpp"

namespace fedmeta::report {
namespace {

using record::run;

/// Eight clients of one seed with these accuracies; that of the evaluation is their mean.
Source source(const std::string& path, const std::array<double, 8>& accuracies) {
  double sum = 0;
  for (const double accuracy : accuracies) sum += accuracy;
  Source source{path, record::head()};
  auto& results = source.results;
  results.data.client_id = {"a", "b", "c", "d", "e", "f", "g", "h"};
  results.data.role.assign(8, 2);
  results.data.samples.assign(8, 4);
  results.data.support.assign(8, 2);
  results.data.classes.assign(8, 1);
  results.runs = {run("maml", 1, std::array{0.1, sum / 8}, 0, 100, 80)};
  results.runs[0].clients.clear();
  for (std::int32_t client = 0; client < 8; ++client)
    results.runs[0].clients.push_back({client, 0.1, accuracies[static_cast<std::size_t>(client)], 2});
  return source;
}

constexpr std::array<double, 8> before{.5, .5, .5, .5, .5, .5, .5, .5}, worse{.4, .4, .4, .4, .4, .4, .4, .5},
    better{.6, .6, .5, .5, .5, .5, .5, .5};

TEST(SignTest, HasTheBinomialsTails) {
  EXPECT_DOUBLE_EQ(sign_test(0, 0), 1);
  EXPECT_NEAR(sign_test(7, 0), 2.0 / 128, 1e-12);
  EXPECT_NEAR(sign_test(1, 7), 2 * 9.0 / 256, 1e-12);
  EXPECT_DOUBLE_EQ(sign_test(5, 5), 1);
}

TEST(CompareFiles, SaysWhereBIsWorse) {
  const auto compared = compare_files(source("a.h5", before), source("b.h5", worse), 0.05);
  EXPECT_TRUE(compared.worse);
  EXPECT_TRUE(contains(compared.text, "B is worse: maml by 8.75 points, more than 5")) << compared.text;
  EXPECT_TRUE(contains(compared.text, "| 50.0% | 41.2% | -8.75 | 0 / 7 / 1 | 0.016 |")) << compared.text;
  EXPECT_TRUE(contains(compared.text, "The settings are the same.")) << compared.text;
}

TEST(CompareFiles, WithinTheToleranceIsNotWorse) {
  EXPECT_FALSE(compare_files(source("a.h5", before), source("b.h5", worse), 0.1).worse);
  const auto compared = compare_files(source("a.h5", before), source("b.h5", better), 0);
  EXPECT_FALSE(compared.worse);
  EXPECT_TRUE(contains(compared.text, "+2.50")) << compared.text;
}

/// It said that nothing was worse.
TEST(CompareFiles, RefusesWhatCannotBeCompared) {
  auto other = source("b.h5", before);
  other.results.data.dataset = "sent140";
  EXPECT_THROW(compare_files(source("a.h5", before), other, 0.1), Error);
  auto elsewhere = source("b.h5", worse);
  for (auto& row : elsewhere.results.runs[0].evaluations) row.split = "validation";
  EXPECT_THROW(compare_files(source("a.h5", before), elsewhere, 0.1), Error);
}

TEST(CompareFiles, TellsOfRunsThatStoppedAndOfThoseWithoutAPartner) {
  auto a = source("a.h5", before), b = source("b.h5", before);
  b.results.runs[0].status = "interrupted";
  b.results.runs[0].rounds.pop_back();
  a.results.runs.push_back(run("fedavg", 3, std::array{0.1, 0.2}, 0, 100, 80));
  const auto text = compare_files(a, b, 0.1).text;
  EXPECT_TRUE(contains(text, "| maml seed 1, status | complete | interrupted |")) << text;
  EXPECT_TRUE(contains(text, "| maml seed 1, rounds | 2 | 1 |")) << text;
  EXPECT_TRUE(contains(text, "Not compared, in A alone: fedavg seed 3")) << text;
}

TEST(CompareFiles, ListsWhatDiffers) {
  auto b = source("b.h5", before);
  b.results.header.version = "0.2.0";
  b.results.data.client_id[0] = "other";
  b.results.runs[0].header.hyperparameters[0].second = 0.25;
  b.results.runs[0].header.hyperparameters.emplace_back("new", true);
  const auto text = compare_files(source("a.h5", before), b, 0).text;
  for (const char* line : {"| version | 0.1.0 | 0.2.0 |", "| maml inner_lr | 0.5 | 0.25 |",
                           "| maml new | absent | true |", "| fingerprint of the clients |", "0 / 0 / 7"})
    EXPECT_TRUE(contains(text, line)) << line << "\n" << text;
  EXPECT_FALSE(contains(text, "| data seed |")) << text;
}

TEST(CompareFiles, WantsARunThatBothHave) {
  auto b = source("b.h5", before);
  b.results.runs[0].header.seed = 2;
  try {
    compare_files(source("a.h5", before), b, 0);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), Status::usage);
  }
}

}  // namespace
}  // namespace fedmeta::report

#include <gtest/gtest.h>

#include "algorithms/protocol.hpp"
#include "base/error.hpp"

namespace fedmeta::algorithms {
namespace {

std::vector<double> weights(const std::string& algorithm, Weighting weighting) {
  test::Protocol protocol;
  protocol.algorithm = algorithm;
  protocol.weighting = weighting;
  return test::make_algorithm(protocol)->weights({10, 30, 60}, {2, 15, 43});
}

void expect_shares(const std::vector<double>& shares, const std::vector<double>& wanted) {
  ASSERT_EQ(shares.size(), wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) EXPECT_DOUBLE_EQ(shares[i], wanted[i]);
}

TEST(Weights, AreTheSameForAllAlgorithms) {
  for (const auto& name : algorithm_names()) {
    if (!Method(name).has_rounds()) continue;
    expect_shares(weights(name, Weighting::samples), {0.1, 0.3, 0.6});
    expect_shares(weights(name, Weighting::uniform), {1.0 / 3, 1.0 / 3, 1.0 / 3});
    expect_shares(weights(name, Weighting::query), {0.2, 0.375, 0.425});
  }
}

TEST(Algorithm, AnUnknownNameIsAnErrorOfUse) {
  try {
    Method("fedprox");
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), Status::usage);
    EXPECT_NE(std::string(error.what()).find("fedprox"), std::string::npos);
  }
}

TEST(Algorithm, OnlyMetaSgdSendsTwoNumbersAParameter) {
  for (const auto& name : algorithm_names()) {
    if (!Method(name).has_rounds()) continue;
    test::Protocol protocol;
    protocol.algorithm = name;
    EXPECT_EQ(test::make_algorithm(protocol)->sent_parameters(1000), name == "meta-sgd" ? 2000 : 1000)
        << name;
  }
}

}  // namespace
}  // namespace fedmeta::algorithms

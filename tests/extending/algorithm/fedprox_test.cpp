// The algorithm of docs/extending.md: found by its name, against FedAvg and against steps by hand.
#include <gtest/gtest.h>

#include "algorithms/method.hpp"
#include "engine/autograd_engine.hpp"
#include "learn/problems.hpp"
#include "mpi/small_experiment.hpp"

namespace fedmeta::algorithms {
namespace {

class FedProx : public testing::Test {
 protected:
  FedProx() { at::manual_seed(31); }

  /// What a client sends with these values of options.
  at::Tensor sent(
      const std::string& name,
      const std::vector<std::pair<std::string, std::variant<bool, std::int64_t, double, std::string>>>&
          values) const {
    Method method(name);
    const auto rows = method.rows();
    for (const auto& [option, value] : values) options::assign(*options::find(rows, option), value);
    learn::ClientStates fresh;
    return method.make_run()
        .first()
        .client_updates(*engine, phi, {{task}, {Random(1, "test")}}, fresh)
        .directions[0];
  }

  const learn::TanhNetwork network;
  const std::unique_ptr<learn::Engine> engine =
      engine::make_autograd_engine(network, model::plain_products());
  const at::Tensor phi = at::randn({network.layout().size()}, at::kDouble);
  const learn::Task task{learn::random_batch(13, 5, 3, at::kDouble), 6};
};

TEST_F(FedProx, IsInTheListWithAPlaceInReports) {
  const auto* descriptor = find_descriptor("fedprox");
  ASSERT_NE(descriptor, nullptr);
  EXPECT_EQ(descriptor->place, 25);
}

TEST_F(FedProx, WithoutPullIsFedAvg) {
  EXPECT_TRUE(
      at::equal(sent("fedprox", {{"local-lr", 0.1}, {"prox-mu", 0.0}}), sent("fedavg", {{"local-lr", 0.1}})));
  EXPECT_FALSE(
      at::equal(sent("fedprox", {{"local-lr", 0.1}, {"prox-mu", 1.0}}), sent("fedavg", {{"local-lr", 0.1}})));
}

// Two steps of SGD on the whole set; in the first one theta is phi, and nothing pulls.
TEST_F(FedProx, PullsFromTheSecondStepOn) {
  const double lr = 0.1, mu = 0.5;
  const auto gradient = [&](const at::Tensor& theta) {
    return engine->gradients(theta, {task.all}).values[0];
  };
  const auto one = phi - lr * gradient(phi);
  const auto two = one - lr * (gradient(one) + mu * (one - phi));
  const auto found = sent("fedprox", {{"local-lr", lr},
                                      {"prox-mu", mu},
                                      {"local-optimizer", std::string("sgd")},
                                      {"local-epochs", std::int64_t{2}},
                                      {"batch-size", std::int64_t{0}}});
  EXPECT_LT(learn::relative_error(found, phi - two), 1e-12);
}

TEST(FedProxRun, TrainsForTwoRounds) {
  test::run(
      test::settings_of({"--algorithms", "fedavg,fedprox", "--set", "fedprox.prox-mu=0.1", "--rounds", "2",
                         "--generated-clients", "12", "--generated-samples", "20", "--clients-per-round", "2",
                         "--model", "lr", "--seeds", "1", "--eval-every", "0"}));
}

}  // namespace
}  // namespace fedmeta::algorithms

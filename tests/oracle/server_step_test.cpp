// One round of the program, recomputed in double from what it saved: initial parameters, clients, division.

#include <gtest/gtest.h>

#include <cmath>
#include <iostream>

#include "cli/program.hpp"
#include "data/temporary_folder.hpp"
#include "oracle/naive_cnn.hpp"
#include "oracle/naive_learning.hpp"
#include "record/h5.hpp"

namespace fedmeta::oracle {
namespace {

namespace h5 = record::h5;

constexpr double inner_rate = 0.05;  // also of the local training

/// Chosen so that no ReLU or max-pool lies so close to its kink that float and double fall to different
/// sides. Where one does, as with 42, three epochs at this rate (on the way to a loss of 25) end 1e-3 apart.
const std::string data_seed = "43";

/// docs/protocols.md 4: forward FLOPs of one sample, 2 per multiply-add, layer by layer.
constexpr std::int64_t forward_flops =
    2 * (28LL * 28 * 25 * 32 + 14LL * 14 * 25 * 32 * 64 + 3136LL * 2048 + 2048LL * 62);

/// Generated writers as a LEAF folder, and the results of one round on them.
class OneRound {
 public:
  OneRound(int epochs, const std::string& algorithms) {
    const auto made = test::run_data({"generate", "femnist", "--output", leaf(), "--clients", "13",
                                      "--mean-samples", "13", "--sd-samples", "2", "--min-samples", "10"});
    EXPECT_EQ(made.status, 0) << made.err;
    const auto count = std::to_string(epochs), rate = std::to_string(inner_rate);
    const auto finished = test::run_bench({"--data",
                                           leaf(),
                                           "--algorithms",
                                           algorithms,
                                           "--rounds",
                                           "1",
                                           "--clients-per-round",
                                           "2",
                                           "--outer-optimizer",
                                           "sgd",
                                           "--outer-lr",
                                           "1",
                                           "--inner-lr",
                                           rate,
                                           "--inner-batch",
                                           "0",
                                           "--inner-epochs",
                                           count,
                                           "--local-optimizer",
                                           "sgd",
                                           "--local-lr",
                                           rate,
                                           "--batch-size",
                                           "0",
                                           "--local-epochs",
                                           count,
                                           "--data-seed",
                                           data_seed,
                                           "--save-model",
                                           "--save-division",
                                           "--output",
                                           results()});
    // A plain step of rate 1 after a large inner rate may end where the loss overflows. That is rightly
    // called INVALID, and the step itself is compared all the same; any other reason is a failure here.
    const bool overflowed =
        finished.status == 1 && finished.out.find("loss is not finite)") != std::string::npos;
    EXPECT_TRUE(finished.status == 0 || overflowed) << finished.out << finished.err;
  }

  std::string leaf() const { return (folder_.path() / "leaf").string(); }
  std::string results() const { return (folder_.path() / "results.h5").string(); }

 private:
  test::TemporaryFolder folder_;
};

struct Participant {
  Samples all, support, query;
};

/// The sampled clients of the first round, divided as the file says.
std::vector<Participant> participants(const h5::Node& file, const h5::Node& rounds,
                                      const std::map<std::string, std::vector<Sample>>& samples) {
  const auto data = h5::open_group(file, "data");
  const auto ids = h5::read<std::string>(data, "client_id").values;
  const auto order = h5::read<std::int32_t>(data, "order").values;
  const auto offset = h5::read<std::int64_t>(data, "offset").values;
  const auto support = h5::read<std::int32_t>(data, "support").values;
  std::vector<Participant> result;
  for (const auto client : h5::read<std::int32_t>(rounds, "clients").values) {
    const auto c = static_cast<std::size_t>(client);
    const auto& own = samples.at(ids.at(c));
    EXPECT_EQ(offset[c + 1] - offset[c], static_cast<std::int64_t>(own.size()));
    Participant participant;
    for (std::int64_t i = offset[c]; i < offset[c + 1]; ++i) {
      const auto& sample = own.at(static_cast<std::size_t>(order[static_cast<std::size_t>(i)]));
      participant.all.push_back(sample);
      (i - offset[c] < support[c] ? participant.support : participant.query).push_back(sample);
    }
    result.push_back(std::move(participant));
  }
  return result;
}

Vector doubles(const h5::Node& group, const std::string& name) {
  const auto values = h5::read<float>(group, name).values;
  return {values.begin(), values.end()};
}

Direction client_direction(const std::string& algorithm, const Participant& client, const Vector& theta,
                           const Vector& alpha, int epochs) {
  if (algorithm == "fedsgd") return gradient(theta, client.all);
  if (algorithm == "fedavg") return fedavg(theta, inner_rate, epochs, client.all);
  if (algorithm == "fomaml") return fomaml(theta, alpha, epochs, client.support, client.query);
  return meta_gradient(theta, alpha, epochs, client.support, client.query);
}

/// Weighted by the clients' numbers of samples. The server's rate is 1, so this is its step downwards.
Direction server_step(const std::string& algorithm, const std::vector<Participant>& clients,
                      const Vector& theta, const Vector& alpha, int epochs) {
  double samples = 0;
  for (const auto& client : clients) samples += static_cast<double>(client.all.size());
  Direction mean{Vector(theta.size(), 0.0), 0, Vector(theta.size(), 0.0)};
  for (const auto& client : clients) {
    const auto direction = client_direction(algorithm, client, theta, alpha, epochs);
    const double weight = static_cast<double>(client.all.size()) / samples;
    mean.loss += weight * direction.loss;
    for (std::size_t i = 0; i < theta.size(); ++i) mean.theta[i] += weight * direction.theta[i];
    for (std::size_t i = 0; i < direction.alpha.size(); ++i) mean.alpha[i] += weight * direction.alpha[i];
  }
  return mean;
}

/// |(before - after) - step| / |step|
double relative_error(const Vector& before, const Vector& after, const Vector& step) {
  double difference = 0, size = 0;
  for (std::size_t i = 0; i < step.size(); ++i) {
    difference += std::pow(before[i] - after[i] - step[i], 2);
    size += std::pow(step[i], 2);
  }
  return std::sqrt(difference / size);
}

/// What a test looks at: a run of the file, and its clients by files in the given order of folders.
struct Round {
  h5::Node file, run, rounds, model;
  std::vector<Participant> clients;
  Vector theta, alpha;

  Round(const std::string& results, const std::string& algorithm,
        const std::vector<std::filesystem::path>& folders)
      : file(h5::open_file(results)),
        run(h5::open_group(h5::open_group(h5::open_group(file, "runs"), algorithm), "seed1")),
        rounds(h5::open_group(run, "rounds")),
        model(h5::open_group(run, "model")),
        clients(participants(file, rounds, read_leaf(folders))),
        theta(doubles(model, "theta_initial")),
        alpha(algorithm == "meta-sgd" ? doubles(model, "alpha_initial") : Vector(theta.size(), inner_rate)) {}

  std::int64_t whole(const std::string& column) const {
    return h5::read<std::int64_t>(rounds, column).values.at(0);
  }
};

/// docs/protocols.md 4.
std::int64_t round_flops(const std::string& algorithm, const std::vector<Participant>& clients, int epochs) {
  std::int64_t flops = 0;
  for (const auto& client : clients) {
    const auto all = static_cast<std::int64_t>(client.all.size());
    const auto inner = static_cast<std::int64_t>(client.support.size()) * epochs;
    const auto query = static_cast<std::int64_t>(client.query.size());
    flops += forward_flops * (algorithm == "fedsgd"   ? 3 * all
                              : algorithm == "fedavg" ? 3 * all * epochs
                              : algorithm == "fomaml" ? 3 * (inner + query)
                                                      : 9 * inner + 3 * query);
  }
  return flops;
}

void check_round(const std::string& results, const std::filesystem::path& leaf, const std::string& algorithm,
                 int epochs) {
  SCOPED_TRACE(algorithm);
  const Round round(results, algorithm, {leaf / "train", leaf / "test"});
  ASSERT_EQ(round.theta.size(), CnnShape::size);
  ASSERT_EQ(round.clients.size(), 2U);
  const auto step = server_step(algorithm, round.clients, round.theta, round.alpha, epochs);

  const double error = relative_error(round.theta, doubles(round.model, "theta"), step.theta);
  std::cout << algorithm << ", " << epochs << " epochs: relative error of theta's step " << error << "\n";
  EXPECT_LT(error, 1e-4);
  if (algorithm == "meta-sgd") {
    const double alpha_error = relative_error(round.alpha, doubles(round.model, "alpha"), step.alpha);
    std::cout << algorithm << ", " << epochs << " epochs: relative error of alpha's step " << alpha_error
              << "\n";
    EXPECT_LT(alpha_error, 1e-4);
    EXPECT_FLOAT_EQ(static_cast<float>(round.alpha[12345]), static_cast<float>(inner_rate));
  }

  const double loss = h5::read<double>(round.rounds, "loss").values.at(0);
  EXPECT_NEAR(loss, step.loss, 1e-5 * step.loss);
  EXPECT_EQ(round.whole("flops"), round_flops(algorithm, round.clients, epochs));
  const auto sent = static_cast<std::int64_t>(CnnShape::size) * (algorithm == "meta-sgd" ? 2 : 1);
  EXPECT_EQ(round.whole("bytes_down"), 2 * 4 * sent);
  EXPECT_EQ(round.whole("bytes_up"), 2 * 4 * sent);
}

/// What the checks compare must be able to differ.
void check_differences(const std::string& results, const std::filesystem::path& leaf) {
  const Round right(results, "maml", {leaf / "train", leaf / "test"});
  const Round swapped(results, "maml", {leaf / "test", leaf / "train"});
  const auto after = doubles(right.model, "theta");
  const auto error = [&](const std::string& algorithm, const std::vector<Participant>& clients) {
    const auto step = server_step(algorithm, clients, right.theta, right.alpha, 1);
    return relative_error(right.theta, after, step.theta);
  };
  EXPECT_GT(error("maml", swapped.clients), 1e-2) << "the order of the files does not matter";
  EXPECT_GT(error("fomaml", right.clients), 1e-3) << "second-order terms do not matter";
}

TEST(ServerStep, AfterOneEpoch) {
  const OneRound round(1, "fedsgd,fedavg,fomaml,maml,meta-sgd");
  for (const std::string algorithm : {"fedsgd", "fedavg", "fomaml", "maml", "meta-sgd"})
    check_round(round.results(), round.leaf(), algorithm, 1);
  check_differences(round.results(), round.leaf());
}

TEST(ServerStep, AfterTwoEpochs) {
  const OneRound round(2, "fedavg,fomaml,maml,meta-sgd");
  for (const std::string algorithm : {"fedavg", "fomaml", "maml", "meta-sgd"})
    check_round(round.results(), round.leaf(), algorithm, 2);
}

}  // namespace
}  // namespace fedmeta::oracle

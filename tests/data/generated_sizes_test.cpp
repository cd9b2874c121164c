// What is known of clients without their samples, against the clients themselves.
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "data/dataset.hpp"
#include "data/divide/division.hpp"
#include "data/divide/label_shards.hpp"

namespace fedmeta::data {
namespace {

/// Every stand-in and every variant whose clients have other sizes.
std::vector<DatasetPlan> plans() {
  std::vector<DatasetPlan> plans;
  for (const auto* name : {"femnist", "shakespeare", "sent140", "synthetic", "production"}) {
    DatasetPlan plan;
    plan.dataset = name;
    plan.generated = {60, 40, 30, 3};
    plans.push_back(plan);
  }
  plans[4].generated.clients = 2600;  // the index 2500 is a heavy user's
  auto digits = plans[0], alpha_beta = plans[3], unified = plans[4];
  digits.options["digits"] = digits.options["invert"] = true;
  digits.generated = {60, 4, 3, 1};  // some have no digit at all
  alpha_beta.options["generator"] = "alpha-beta";
  unified.unified = true;
  plans.insert(plans.end(), {digits, alpha_beta, unified});
  return plans;
}

TEST(GeneratedSize, IsThatOfTheClient) {
  for (const auto& plan : plans()) {
    const auto dataset = make_dataset(plan);
    const auto step = std::min<std::int64_t>(50, dataset->generated_clients() / 20);
    for (std::int64_t i = 0; i < dataset->generated_clients(); i += step)
      EXPECT_EQ(dataset->generated_size(i), size_of(dataset->generate(i))) << plan.dataset << " " << i;
  }
}

TEST(GeneratedSize, IsToldWithoutDrawingTheSamples) {
  DatasetPlan plan;
  plan.generated = {1'000'000, 1'000'000, 0, 10};  // a gigabyte a client
  EXPECT_EQ(make_dataset(plan)->generated_size(999'999).samples, 1'000'000);
}

TEST(DealtSize, IsThatOfTheDealtClients) {
  DatasetPlan plan;
  plan.generated = {7, 9, 4, 3};
  const auto dataset = make_dataset(plan);
  std::vector<Client> clients;
  std::int64_t samples = 0;
  for (std::int64_t i = 0; i < 7; ++i) {
    clients.push_back(dataset->generate(i));
    samples += dataset->generated_size(i).samples;
  }
  const auto dealt = deal_label_shards(clients, 7, 3);
  for (std::int64_t i = 0; i < 7; ++i) {
    const auto& client = dealt[static_cast<std::size_t>(i)];
    EXPECT_EQ(client.id, dealt_id(i, 7));
    EXPECT_EQ(std::ssize(client.labels), dealt_samples(samples, 7));
  }
  EXPECT_THROW(dealt_samples(13, 7), Error);
}

TEST(DividedSize, IsThatOfTheDivision) {
  for (const auto division :
       {Division::random, Division::stratified, Division::chronological, Division::recent})
    for (const double fraction : {0.05, 0.2, 0.5, 0.8})
      for (std::int64_t n = 2; n < 120; ++n)
        for (const std::int64_t gap : {0, 79}) {
          std::vector<std::int32_t> labels;
          for (std::int64_t i = 0; i < n; ++i) labels.push_back(static_cast<std::int32_t>(i * i % 7));
          const auto divided = divide_client("u", labels, fraction, division, 1, gap);
          const auto size = divided_size("u", n, fraction, division, gap);
          EXPECT_EQ(size.samples, std::ssize(divided.order)) << n << " " << fraction;
          EXPECT_EQ(size.support, divided.support) << n << " " << fraction;
        }
  EXPECT_THROW(divided_size("u", 1, 0.2, Division::random), Error);
}

}  // namespace
}  // namespace fedmeta::data

// What a plan knows of the data, against what a run loads.
#include "hosting/sizes.hpp"
#include "mpi/world.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

namespace fedmeta::federate {
namespace {

using test::world;

hosting::DataPlan plan_of(const std::string& dataset,
                          const std::function<void(hosting::DataPlan&)>& change = {}) {
  hosting::DataPlan plan;
  plan.dataset.dataset = dataset;
  plan.dataset.generated = {31, 14, 6, 5};
  plan.filters = {6, 0, 0};
  if (change) change(plan);
  return plan;
}

/// Stand-ins, with all that changes a client's size.
std::vector<hosting::DataPlan> plans() {
  return {
      plan_of("femnist"),
      plan_of("femnist", [](auto& plan) { plan.dataset.options["digits"] = true; }),
      plan_of("femnist", [](auto& plan) { plan.dataset.options["partition"] = "shards"; }),
      plan_of("femnist",
              [](auto& plan) {
                plan.filters = {8, 30, 12};
                plan.division = data::Division::stratified;
                plan.sample_share = 0.7;
              }),
      plan_of("shakespeare", [](auto& plan) { plan.division = data::Division::chronological; }),
      plan_of("shakespeare",
              [](auto& plan) {
                plan.dataset.options["vocabulary"] = "data";
                plan.division = data::Division::chronological;
                plan.sample_share = 0.5;
              }),
      plan_of("sent140",
              [](auto& plan) {
                plan.roles = {0.5, 0.2, true};
              }),
      plan_of("synthetic"),
      plan_of("synthetic", [](auto& plan) { plan.dataset.options["generator"] = "alpha-beta"; }),
      plan_of("production",
              [](auto& plan) {
                plan.division = data::Division::recent;
                plan.support_fraction = 0.05;
              }),
      plan_of("production", [](auto& plan) { plan.dataset.unified = true; }),
  };
}

void expect_same(const hosting::Catalogue& sized, const hosting::Catalogue& loaded, const std::string& what) {
  EXPECT_EQ(sized.source, loaded.source) << what;
  EXPECT_EQ(sized.node_of_rank, loaded.node_of_rank) << what;
  EXPECT_EQ(sized.form.shape, loaded.form.shape) << what;
  EXPECT_EQ(sized.form.width, loaded.form.width) << what;
  EXPECT_EQ(sized.form.classes, loaded.form.classes) << what;
  EXPECT_EQ(sized.form.tokens, loaded.form.tokens) << what;
  ASSERT_EQ(sized.clients.size(), loaded.clients.size()) << what;
  for (std::size_t i = 0; i < loaded.clients.size(); ++i) {
    const auto &own = sized.clients[i], &other = loaded.clients[i];
    EXPECT_EQ(own.id, other.id) << what;
    EXPECT_EQ(own.role, other.role) << what << " " << own.id;
    EXPECT_EQ(own.samples, other.samples) << what << " " << own.id;
    EXPECT_EQ(own.support, other.support) << what << " " << own.id;
    EXPECT_EQ(own.home, other.home) << what << " " << own.id;
    EXPECT_EQ(own.storage, other.storage) << what << " " << own.id;
    EXPECT_EQ(own.text, other.text) << what << " " << own.id;
  }
}

TEST(LoadSizes, IsTheCatalogueOfLoad) {
  for (const auto& plan : plans())
    expect_same(hosting::load_sizes(world(), plan).catalogue, hosting::load(world(), plan).catalogue,
                plan.dataset.dataset);
}

TEST(LoadSizes, BringsEachRanksFirstTrainingClient) {
  for (const auto& plan : plans()) {
    const auto sizes = hosting::load_sizes(world(), plan);
    const auto loaded = hosting::load(world(), plan);
    const auto& clients = loaded.catalogue.clients;
    std::vector<std::string> expected, tried;
    for (const auto& entry : sizes.trial.clients) tried.push_back(entry.id);
    for (int rank = 0; rank < world().size(); ++rank) {
      const auto first = std::find_if(clients.begin(), clients.end(), [&](const auto& entry) {
        return entry.home == rank && entry.role == data::Role::train;
      });
      if (first == clients.end()) continue;
      expected.push_back(first->id);
      if (rank != world().rank()) continue;
      ASSERT_EQ(sizes.hosted.size(), 1U);
      const auto& own = sizes.hosted.front();
      EXPECT_EQ(own.id, first->id);
      EXPECT_EQ(data::size_of(own).samples, first->samples);
      if (plan.dataset.option<std::string>("partition") == "shards") continue;  // others' samples, as many
      const auto host = std::find_if(loaded.hosted.begin(), loaded.hosted.end(),
                                     [&](const auto& client) { return client.id == own.id; });
      EXPECT_EQ(own.features, host->features) << plan.dataset.dataset;
      EXPECT_EQ(own.labels, host->labels) << plan.dataset.dataset;
    }
    std::sort(expected.begin(), expected.end());
    EXPECT_EQ(tried, expected);
  }
}

/// The one line in which loading fails; "" where it does not.
template <class F>
std::string failure(const F& load_it) {
  try {
    load_it();
  } catch (const comm::AgreedError& error) {
    return error.what();
  }
  return "";
}

TEST(LoadSizes, FailsAsLoadDoes) {
  const std::vector<hosting::DataPlan> impossible{
      plan_of("femnist",
              [](auto& plan) {
                plan.filters = {1000, 0, 0};
              }),
      plan_of("femnist",
              [](auto& plan) {
                plan.filters = {0, 0, 0};
                plan.dataset.generated = {60, 1, 0, 1};
              }),
      plan_of("shakespeare", [](auto& plan) { plan.dataset.generated.clients = 0; }),
      plan_of("production", [](auto& plan) { plan.dataset.generated.mean_samples = 0; }),
  };
  for (const auto& plan : impossible) {
    const auto expected = failure([&] { hosting::load(world(), plan); });
    EXPECT_NE(expected, "");
    EXPECT_EQ(failure([&] { hosting::load_sizes(world(), plan); }).substr(0, 30), expected.substr(0, 30));
  }
}

}  // namespace
}  // namespace fedmeta::federate

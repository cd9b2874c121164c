// Every file of configs/, two rounds of it on little generated data.
#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "app/experiment.hpp"
#include "app/settings.hpp"
#include "data/resident/resident_vectors.hpp"
#include "mpi/small_federation.hpp"

namespace fedmeta::app {
namespace {

std::vector<std::string> configurations() {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(FEDMETA_CONFIGS))
    if (entry.path().extension() == ".toml") files.push_back(entry.path().string());
  std::sort(files.begin(), files.end());
  return files;
}

/// Small enough for seconds, large enough that every client has a support and a query set.
Settings small(const std::string& file) {
  const std::vector<const char*> arguments{
      "fedmeta_bench", "--config", file.c_str(),   "--scale", "0.02", "--rounds", "2",
      "--seeds",       "1",        "--eval-every", "0"};
  return scaled(parse_settings(static_cast<int>(arguments.size()), arguments.data()));
}

class Configuration : public testing::TestWithParam<std::string> {};

TEST_P(Configuration, TrainsTwoRoundsOnGeneratedData) {
  at::set_num_threads(1);
  const auto world = comm::Communicator::world();
  const auto settings = small(GetParam());
  EXPECT_EQ(settings.data, "") << "a configuration is for any copy of its data";
  const auto loaded = federate::load(world, data_plan(settings));
  const auto vectors = data::resident_vectors(*loaded.dataset, at::kCPU);
  const auto network = model::make_network(model_plan(settings, loaded.catalogue.form, vectors));
  federate::Shard shard(world, loaded.catalogue, loaded.hosted, at::kCPU);
  const auto engine = learn::make_engine(*network, at::kCPU);
  const federate::Federation federation{world, loaded.catalogue, shard, *network, *engine, at::kCPU};
  federate::Validity validity;
  run_experiment(settings, federation, nullptr, validity);
  EXPECT_EQ(test::faults(validity), "");
}

INSTANTIATE_TEST_SUITE_P(Files, Configuration, testing::ValuesIn(configurations()), [](const auto& info) {
  auto name = std::filesystem::relative(info.param, FEDMETA_CONFIGS).replace_extension().string();
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return !std::isalnum(c); }, '_');
  return name;
});

}  // namespace
}  // namespace fedmeta::app

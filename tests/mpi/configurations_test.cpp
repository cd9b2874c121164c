// Every file of configs/, two rounds of it on little generated data.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "mpi/small_experiment.hpp"
#include "settings/start_from.hpp"

namespace fedmeta::app {
namespace {

std::vector<std::string> configurations() {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(FEDMETA_CONFIGS))
    if (entry.path().extension() == ".toml") files.push_back(entry.path().string());
  std::sort(files.begin(), files.end());
  return files;
}

/// A hundredth of the clients and of their samples; where networks or clients are larger, still less. At
/// least one client to train and one to test must be left.
std::string scale_of(const std::string& file) {
  if (file.find("/flower/shakespeare") != std::string::npos) return "0.015";
  if (file.find("shakespeare") != std::string::npos) return "0.004";
  if (file.find("/jiang/") != std::string::npos || file.find("/fedlab/") != std::string::npos) return "0.003";
  return "0.01";
}

/// The files that configurations leave models in.
const std::set<std::string>& kept_models() {
  static const auto kept = [] {
    std::set<std::string> files;
    for (const auto& file : configurations())
      if (const auto settings = test::settings_of({"--config", file}); settings.save_model)
        files.insert(settings.output);
    return files;
  }();
  return kept;
}

/// Small enough for a second, large enough that every client has a support and a query set: two rounds in
/// all.
settings::Settings small(const std::string& file) {
  auto settings =
      test::settings_of({"--config", file, "--scale", scale_of(file), "--seeds", "1", "--eval-every", "0"});
  auto& size = settings.source.generated;
  size.mean_samples = std::min(size.mean_samples, 1200.0);
  size.deviation_samples = std::min(size.deviation_samples, 600.0);
  for (auto& method : settings.methods) {
    const auto stages = std::ssize(method.make_run().stages);
    const auto rows = method.rows();
    for (const auto* rounds : {"rounds", "stage2-rounds"})
      if (const auto* row = options::find(rows, rounds); row && stages > 0) options::assign(*row, 2 / stages);
    if (const auto* row = options::find(rows, "stage2-rounds"); row && stages == 1)
      options::assign(*row, std::int64_t{0});
  }
  return settings;
}

class Configuration : public testing::TestWithParam<std::string> {};

TEST_P(Configuration, TrainsTwoRoundsOnGeneratedData) {
  auto settings = small(GetParam());
  EXPECT_EQ(settings.data, "") << "a configuration is for any copy of its data";
  if (const auto from = settings::start_from(settings)) {
    EXPECT_TRUE(kept_models().contains(from->file)) << "no configuration trains the model of " << from->file;
    settings.start_from.clear();  // tests/cli/start_from_test.cpp starts from models
  }
  test::run(settings);
}

INSTANTIATE_TEST_SUITE_P(Files, Configuration, testing::ValuesIn(configurations()), [](const auto& info) {
  auto name = std::filesystem::relative(info.param, FEDMETA_CONFIGS).replace_extension().string();
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return !std::isalnum(c); }, '_');
  return name;
});

}  // namespace
}  // namespace fedmeta::app

// The data set of docs/extending.md: found by its name, generated, written, read and trained on.
#include <gtest/gtest.h>

#include <algorithm>

#include "data/leaf/leaf_writer.hpp"
#include "data/registry.hpp"
#include "data/temporary_folder.hpp"
#include "mpi/small_experiment.hpp"
#include "settings/values.hpp"

namespace fedmeta {
namespace {

TEST(Gaussians, AreInTheList) {
  const auto names = data::dataset_names();
  EXPECT_EQ(std::count(names.begin(), names.end(), "gaussians"), 1);
}

TEST(Gaussians, HaveAnOptionAndAProfileOfTheirOwn) {
  const auto settings = test::settings_of({"--dataset", "gaussians", "--spread", "0.25"});
  EXPECT_EQ(settings.source.option<double>("spread"), 0.25);
  EXPECT_EQ(settings.source.generated.mean_samples, 30);
  EXPECT_EQ(settings::Values(settings)["rounds"], 20);
  EXPECT_EQ(model_name(settings), "lr");
}

TEST(Gaussians, ComeBackFromLeafFiles) {
  data::DatasetPlan plan;
  plan.dataset = "gaussians";
  plan.generated = {3, 30, 10, 10};
  const auto dataset = data::make_dataset(plan);
  const test::TemporaryFolder folder;
  const auto path = folder.path() / "leaf";
  data::write_leaf_folder(
      path, 3, [&](std::int64_t i) { return dataset->generate(i); }, dataset->leaf_text(), 1, false);
  for (std::int64_t i = 0; i < 3; ++i) EXPECT_EQ(dataset->generated_size(i), size_of(dataset->generate(i)));
  auto expected = dataset->generate(1);
  const auto files = dataset->files(path).read;
  std::int64_t samples = 0;
  for (const auto& file : files)
    for (const auto& client : dataset->read(file))
      if (client.id == expected.id) samples += std::ssize(client.labels);
  EXPECT_EQ(samples, std::ssize(expected.labels));
  const auto sample = data::first_leaf_sample(files.front());
  EXPECT_EQ(sample, data::dataset_named("gaussians").leaf_sample);
}

TEST(Gaussians, AreTrainedOnForTwoRounds) {
  test::run(test::settings_of({"--dataset", "gaussians", "--rounds", "2", "--algorithms", "fedavg-meta,maml",
                               "--seeds", "1", "--eval-every", "0"}));
}

}  // namespace
}  // namespace fedmeta

// What each data set says of itself, against what it does.
#include "data/registry.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>

#include "base/error.hpp"
#include "data/expect_error.hpp"
#include "data/leaf/leaf_writer.hpp"
#include "data/temporary_folder.hpp"

namespace fedmeta::data {
namespace {

/// The data sets that can be generated.
std::vector<DatasetDescriptor> with_stand_ins() {
  std::vector<DatasetDescriptor> found;
  for (const auto& dataset : datasets())
    if (dataset.stand_in) found.push_back(dataset);
  return found;
}

DatasetPlan small_plan(const DatasetDescriptor& dataset) {
  DatasetPlan plan;
  plan.dataset = dataset.name;
  plan.generated = dataset.stand_in->size;
  plan.generated.clients = 3;
  return plan;
}

TEST(Datasets, HaveNamesAndOptionsOfTheirOwn) {
  std::set<std::string> names, options;
  for (const auto& dataset : datasets()) {
    EXPECT_TRUE(names.insert(dataset.name).second) << dataset.name;
    EXPECT_FALSE(dataset.line.empty()) << dataset.name;
    for (const auto& option : dataset.options) EXPECT_TRUE(options.insert(option.name).second) << option.name;
  }
}

TEST(Datasets, AreMadeUnderTheirNames) {
  for (const auto& dataset : with_stand_ins())
    EXPECT_EQ(make_dataset(small_plan(dataset))->form().dataset, dataset.name);
}

TEST(Datasets, StoreTheirSamplesAsTheySay) {
  for (const auto& dataset : with_stand_ins()) {
    const auto client = make_dataset(small_plan(dataset))->generate(0);
    const auto& known = dataset.storages;
    EXPECT_NE(std::find(known.begin(), known.end(), storage_of(client.features)), known.end())
        << dataset.name;
  }
}

/// LEAF files of a stand-in look as the descriptor says, and as no other's.
TEST(Datasets, AreToldApartByTheirLeafFiles) {
  for (const auto& dataset : with_stand_ins()) {
    if (!dataset.leaf_sample) continue;
    const test::TemporaryFolder folder;
    const auto made = make_dataset(small_plan(dataset));
    const auto path = folder.path() / "leaf";
    write_leaf_folder(
        path, 3, [&](std::int64_t i) { return made->generate(i); }, made->leaf_text(), 1, false);
    const auto sample = first_leaf_sample(shard_files(path).read.front());
    const auto same =
        std::ranges::count_if(datasets(), [&](const auto& each) { return each.leaf_sample == sample; });
    EXPECT_EQ(sample, dataset.leaf_sample) << dataset.name;
    EXPECT_EQ(same, 1) << dataset.name;
  }
}

TEST(Datasets, WithWordVectorsHaveTheOptionForThem) {
  for (const auto& dataset : with_stand_ins()) {
    const auto named = [&](const auto& option) { return option.name == dataset.vectors_option; };
    EXPECT_EQ(std::ranges::count_if(dataset.options, named), dataset.vectors_option.empty() ? 0 : 1);
    EXPECT_EQ(make_dataset(small_plan(dataset))->vectors() != nullptr, !dataset.vectors_option.empty());
  }
}

TEST(Datasets, LogsAreRecognised) {
  for (const auto& dataset : with_stand_ins()) {
    if (!dataset.stand_in->has_log) continue;
    const auto made = make_dataset(small_plan(dataset));
    const test::TemporaryFolder folder;
    const auto file = folder.path() / "log";
    std::ofstream log(file);
    made->write_log(log);
    log.close();
    ASSERT_TRUE(dataset.recognises) << dataset.name;
    EXPECT_TRUE(dataset.recognises(file)) << dataset.name;
  }
}

TEST(Datasets, OfUnknownNamesAreRefusedWithTheKnownOnes) {
  EXPECT_EQ(find_dataset("mnist"), nullptr);
  test::expect_error(Status::usage, [] { dataset_named("mnist"); },
                     {"--dataset mnist", "use " + either_of(dataset_names())});
}

class FilesOnly final : public Dataset {
 public:
  SampleForm form() const override { return {"files-only", {1}, 1, 2}; }
  std::vector<Client> read(const std::filesystem::path&) const override { return {}; }
};

TEST(Dataset, WithoutAGeneratorSaysSo) {
  const FilesOnly dataset;
  const auto refused = [](auto call) {
    test::expect_error(Status::usage, call, {"no stand-in", "--dataset files-only", "--data"});
  };
  refused([&] { dataset.generated_clients(); });
  refused([&] { dataset.generated_id(0); });
  refused([&] { dataset.generate(0); });
  refused([&] { dataset.generated_size(0); });
}

TEST(EitherOf, JoinsNames) {
  EXPECT_EQ(either_of({}), "");
  EXPECT_EQ(either_of({"a"}), "a");
  EXPECT_EQ(either_of({"a", "b"}), "a or b");
  EXPECT_EQ(either_of({"a", "b", "c"}), "a, b or c");
}

}  // namespace
}  // namespace fedmeta::data

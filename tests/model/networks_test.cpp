// Sizes and costs of the sources' networks: the integers of docs/models.md.
#include "model/network.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "base/error.hpp"

namespace fedmeta::model {
namespace {

struct Known {
  ModelPlan plan;
  std::int64_t parameters, flops;
};

ModelPlan image(const std::string& name, std::int64_t classes) {
  return {.name = name, .classes = classes};
}

ModelPlan dense(const std::string& name, std::int64_t features, std::int64_t classes) {
  return {.name = name, .classes = classes, .features = features};
}

ModelPlan shakespeare(std::int64_t vocabulary, const std::string& bias) {
  return {.name = "lstm",
          .classes = vocabulary,
          .features = 80,
          .tokens = vocabulary,
          .options = {{"lstm-bias", bias}}};
}

ModelPlan sent140(std::int64_t head, const std::string& bias) {
  return {.name = "lstm",
          .classes = 2,
          .features = 25,
          .vectors = at::zeros({7, 300}),
          .options = {{"head", head}, {"lstm-bias", bias}}};
}

void expect_known(const Known& known) {
  const auto network = make_network(known.plan);
  SCOPED_TRACE(known.plan.name + ", " + std::to_string(known.plan.classes) + " classes");
  EXPECT_EQ(network->name(), known.plan.name);
  EXPECT_EQ(network->classes(), known.plan.classes);
  EXPECT_EQ(network->layout().size(), known.parameters);
  EXPECT_EQ(network->forward_flops_per_sample(), known.flops);
}

TEST(Networks, OfImagesHaveTheReferencesSizes) {
  expect_known({image("cnn", 62), 6603710, 34423808});
  expect_known({image("tff-cnn-dropout", 62), 1206590, 23998208});
  expect_known({image("tff-cnn-dropout", 10), 1199882, 23998208 - 2 * 128 * 52});
  expect_known({image("tff-cnn", 62), 1690046, 24599552});
  expect_known({image("tff-cnn", 10), 1663370, 24599552 - 2 * 512 * 52});
  expect_known({image("fedlab-cnn", 62), 3327934, 27874304});
  expect_known({image("cnn", 10), 6603710 - 2049 * 52, 34423808 - 2 * 2048 * 52});
}

TEST(Networks, OfTextHaveTheReferencesSizes) {
  expect_known({shakespeare(80, "tf"), 817872, 127180800});
  expect_known({shakespeare(80, "torch"), 819920, 127180800});
  expect_known({shakespeare(53, "tf"), 810717, 127166976});
  expect_known({shakespeare(53, "torch"), 812765, 127166976});
  expect_known({sent140(0, "tf"), 241002, 12000400});
  expect_known({sent140(0, "torch"), 241802, 12000400});
  expect_known({sent140(128, "tf"), 253986, 12026112});
  expect_known({sent140(128, "torch"), 254786, 12026112});
  expect_known({sent140(30, "tf"), 243892, 12006120});
  expect_known({sent140(30, "torch"), 244692, 12006120});
}

TEST(Networks, OfVectorsHaveTheReferencesSizes) {
  expect_known({dense("lr", 103, 40), 4160, 8240});
  expect_known({dense("nn", 103, 40), 9256, 18304});
  expect_known({dense("nn-unified", 11892, 2420), 918452, 1831936});
  expect_known({dense("lr", 60, 5), 305, 600});
  expect_known({dense("lr", 60, 10), 610, 1200});
}

/// Blocks are what a results file's reader sees of a network.
TEST(Networks, NameTheirBlocksLayerByLayerWeightsFirst) {
  EXPECT_EQ(
      make_network(dense("nn", 103, 40))->layout().json(),
      R"([["fc1.weight", [64, 103]], ["fc1.bias", [64]], ["fc2.weight", [40, 64]], ["fc2.bias", [40]]])");
  EXPECT_EQ(
      make_network(shakespeare(80, "torch"))->layout().json(),
      R"([["embedding.weight", [80, 8]], )"
      R"(["lstm1.weight_ih", [1024, 8]], ["lstm1.weight_hh", [1024, 256]], ["lstm1.bias_ih", [1024]], )"
      R"(["lstm1.bias_hh", [1024]], )"
      R"(["lstm2.weight_ih", [1024, 256]], ["lstm2.weight_hh", [1024, 256]], ["lstm2.bias_ih", [1024]], )"
      R"(["lstm2.bias_hh", [1024]], ["fc.weight", [80, 256]], ["fc.bias", [80]]])");
  EXPECT_EQ(make_network(sent140(30, "tf"))->layout().blocks()[6].name, "head.weight");
}

TEST(Networks, SayWhetherTheyHaveDropout) {
  for (const std::string name : {"tff-cnn-dropout", "fedlab-cnn"})
    EXPECT_TRUE(make_network(image(name, 62))->has_dropout()) << name;
  for (const std::string name : {"cnn", "tff-cnn"})
    EXPECT_FALSE(make_network(image(name, 62))->has_dropout()) << name;
  EXPECT_FALSE(make_network(dense("lr", 3, 2))->has_dropout());
}

void expect_refused(const ModelPlan& plan, const std::string& said) {
  try {
    make_network(plan);
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), Status::usage);
    EXPECT_NE(std::string(error.what()).find(said), std::string::npos) << error.what();
  }
}

TEST(Networks, AreRefusedWhereTheyDoNotFit) {
  expect_refused({.name = "resnet"}, "--model resnet");
  expect_refused({.name = "cnn", .features = 60}, "28 x 28");
  expect_refused({.name = "lstm"}, "reads text");
  expect_refused({.name = "lr", .features = 80, .tokens = 80}, "cannot read text");
  expect_refused({.name = "nn", .options = {{"activation", "gelu"}}}, "gelu");
  expect_refused({.name = "lstm", .tokens = 80, .options = {{"lstm-bias", "three"}}}, "three");
}

}  // namespace
}  // namespace fedmeta::model

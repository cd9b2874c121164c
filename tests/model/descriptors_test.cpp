// What is known of networks without libtorch, against itself and against its page.
#include "model/descriptors.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>

#include "base/error.hpp"

namespace fedmeta::model {
namespace {

/// The lines of docs/models.md.
std::set<std::string> documented() {
  std::ifstream file(FEDMETA_MODELS_MD);
  std::set<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.insert(line);
  return lines;
}

TEST(Descriptors, AreTheDocumentedOnes) {
  const auto lines = documented();
  for (const auto& network : network_descriptors()) {
    std::string options;
    for (const auto& option : network.options)
      options.append(options.empty() ? "" : ", ").append("`--" + option.name + "`");
    const auto row =
        "| `" + network.name + "` | " + network.line + " | " + options + (options.empty() ? "|" : " |");
    EXPECT_TRUE(lines.contains(row)) << "docs/models.md has no row " << row;
  }
}

TEST(Descriptors, HaveNamesOfTheirOwn) {
  std::set<std::string> names;
  for (const auto& network : network_descriptors()) {
    EXPECT_TRUE(names.insert(network.name).second) << network.name;
    EXPECT_EQ(&network_descriptor(network.name), &network);
    EXPECT_NE(network.name, "auto");  // which --model takes besides
  }
  EXPECT_EQ(network_names().size(), names.size());
}

/// It is one option of the command line.
TEST(Descriptors, DescribeAnOptionOfSeveralNetworksAlike) {
  for (const auto& network : network_descriptors())
    for (const auto& option : network.options) {
      const auto known = std::ranges::find(network_options(), option.name, &NetworkOption::name);
      ASSERT_NE(known, network_options().end()) << option.name;
      EXPECT_EQ(option.initial, known->initial) << network.name << " " << option.name;
      EXPECT_EQ(option.help, known->help) << network.name << " " << option.name;
    }
  EXPECT_EQ(initial_network_options().size(), network_options().size());
}

TEST(Descriptors, RefuseAnUnknownNetworkAndNameTheKnownOnes) {
  try {
    network_descriptor("resnet");
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), Status::usage);
    for (const auto& name : network_names())
      EXPECT_NE(std::string(error.what()).find(name), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace fedmeta::model

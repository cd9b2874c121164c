// The profiles that are compiled in: read completely, and what they come to.
#include "settings/profiles.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "base/error.hpp"
#include "data/registry.hpp"
#include "settings/toml.hpp"
#include "settings/values.hpp"

namespace fedmeta::settings {
namespace {

using Names = std::vector<std::string>;

Names sorted(Names names) {
  std::sort(names.begin(), names.end());
  return names;
}

Names names_of(const std::vector<TomlSection>& sections) {
  Names names;
  for (const auto& section : sections) names.push_back(section.name);
  return names;
}

Names sections(const std::string& file) {
  return names_of(toml_sections(profile_texts().at(file), file));
}

bool has_profile(const std::string& dataset, const std::string& profile) {
  const auto own = sections(dataset);
  const bool few = profile == "flower" || profile == "fedlab" || profile == "jiang";
  return !few || std::find(own.begin(), own.end(), profile) != own.end();
}

TEST(Profiles, AreCompiledInAsTheyStandInTheFolder) {
  Names compiled_in, files, expected = data::dataset_names();
  expected.emplace_back("profiles");
  for (const auto& [name, text] : profile_texts()) compiled_in.push_back(name);
  for (const auto& entry : std::filesystem::directory_iterator(FEDMETA_PROFILES))
    files.push_back(entry.path().stem().string());
  EXPECT_EQ(compiled_in, sorted(expected));
  EXPECT_EQ(sorted(files), sorted(expected));
}

/// No section is left over: each is a profile's, and belongs to a chain that is resolved.
TEST(Profiles, OfDataSetsAreKnownOnes) {
  for (const auto& dataset : data::dataset_names())
    for (const auto& section : sections(dataset)) {
      const auto known = profile_names();
      EXPECT_NE(std::find(known.begin(), known.end(), section), known.end()) << dataset << ": " << section;
    }
}

TEST(Profiles, ResolveForEachDataSetThatHasThem) {
  int pairs = 0;
  for (const auto& profile : profile_names())
    for (const auto& dataset : data::dataset_names()) {
      if (!has_profile(dataset, profile)) {
        EXPECT_THROW(profile_settings(profile, dataset), Error) << profile << " of " << dataset;
        continue;
      }
      ++pairs;
      const auto settings = profile_settings(profile, dataset);  // refuses unknown keys and impossible values
      EXPECT_EQ(settings.profile, profile);
      EXPECT_EQ(settings.source.dataset, dataset);
      EXPECT_GT(Values(settings)["rounds"], 0);
    }
  EXPECT_GE(pairs, 4 * 5 + 2 + 1 + 2);
}

/// Numbers that the TOML files write in digits.
TEST(Profiles, HaveTheFractionsOfTheirSources) {
  EXPECT_EQ(profile_settings("paper", "production").roles.train, 7000.0 / 9369);
  EXPECT_EQ(profile_settings("jiang", "femnist").roles.train, 2500.0 / 3400);
  EXPECT_EQ(profile_settings("jiang", "shakespeare").roles.train, 500.0 / 715);
}

/// A stand-in has the size of the published data set, but for what the profile says.
TEST(Profiles, BeginWithThePublishedSize) {
  for (const auto& dataset : data::datasets()) {
    if (!dataset.stand_in || !has_profile(dataset.name, "paper")) continue;
    const auto size = profile_settings("paper", dataset.name).source.generated;
    EXPECT_EQ(size.clients, dataset.stand_in->size.clients);
    EXPECT_EQ(size.mean_samples, dataset.stand_in->size.mean_samples);
    EXPECT_EQ(size.deviation_samples, dataset.stand_in->size.deviation_samples);
    EXPECT_EQ(size.min_samples, dataset.stand_in->size.min_samples);
  }
  EXPECT_EQ(profile_settings("flower", "femnist").source.generated.min_samples, 2);
  EXPECT_EQ(profile_settings("quick", "shakespeare").source.generated.min_samples, 20);
}

TEST(TomlSections, StandInTheirOrderAndHoldAllKeys) {
  const auto sections = toml_sections("[b]\ny = 1\nx = [\"p\", \"q\"]\n[a]\n", "f");
  EXPECT_EQ(names_of(sections), (Names{"b", "a"}));
  ASSERT_EQ(sections[0].items.size(), 2U);
  EXPECT_EQ(sections[0].items[0].key, "y");
  EXPECT_EQ(sections[0].items[1].values, (Names{"p", "q"}));
  EXPECT_THROW(toml_sections("x = 1\n[a]\n", "f"), Error);
}

}  // namespace
}  // namespace fedmeta::settings

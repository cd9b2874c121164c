// Settings written as TOML and read back.
#include "settings/toml.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <limits>
#include <tuple>

#include "base/error.hpp"
#include "data/temporary_folder.hpp"
#include "settings/values.hpp"

namespace fedmeta::settings {
namespace {

using Arguments = std::vector<std::string>;

Settings parse(const Arguments& arguments) {
  std::vector<const char*> argv{"fedmeta_bench"};
  for (const auto& argument : arguments) argv.push_back(argument.c_str());
  return parse_settings(static_cast<int>(argv.size()), argv.data());
}

/// All that a run goes by: the methods in place of what they were made from.
auto of_general(const Settings& s) {
  return std::tie(s.profile, s.scale, s.data, s.client_split, s.support_fraction, s.division, s.data_seed,
                  s.seeds, s.model, s.network, s.init, s.algorithms);
}
auto of_machine(const Settings& s) {
  return std::tie(s.eval_every, s.eval_on, s.eval_clients, s.target_accuracy, s.device, s.threads,
                  s.precision, s.engine, s.reduction, s.placement, s.output, s.force, s.checkpoint_every,
                  s.resume, s.save_model, s.save_division, s.progress);
}
auto of_data(const Settings& s) {
  const auto& f = s.filters;
  const auto& r = s.roles;
  const auto& g = s.source.generated;
  return std::make_tuple(f.min_samples, f.max_samples, f.max_clients, r.train, r.validation, g.clients,
                         g.mean_samples, g.deviation_samples, g.min_samples);
}
auto of_source(const Settings& s) {
  const auto& d = s.source;
  return std::tie(d.dataset, d.options);
}

std::string joined(const Arguments& arguments) {
  std::string all;
  for (const auto& argument : arguments) all += argument + " ";
  return all;
}

/// Printed, read with --config and printed again, and what it comes to.
void expect_back(const Arguments& arguments) {
  SCOPED_TRACE(joined(arguments));
  const test::TemporaryFolder folder;
  try {
    const auto one = scaled(parse(arguments));
    const auto text = settings_toml(one);
    const auto again = parse({"--config", folder.write("a.toml", text).string()});
    EXPECT_EQ(settings_toml(again), text);
    const auto other = scaled(again);
    EXPECT_TRUE(of_general(other) == of_general(one)) << text;
    EXPECT_EQ(values_of(other), values_of(one)) << text;
    EXPECT_TRUE(of_machine(other) == of_machine(one)) << text;
    EXPECT_TRUE(of_data(other) == of_data(one)) << text;
    EXPECT_TRUE(of_source(other) == of_source(one)) << text;
  } catch (const std::exception& error) {
    ADD_FAILURE() << error.what();
  }
}

bool allowed(const std::string& profile, const std::string& dataset) {
  try {
    profile_settings(profile, dataset);
    return true;
  } catch (const Error&) {
    return false;
  }
}

TEST(Toml, EveryProfileOfEveryDataSetComesBack) {
  int pairs = 0;
  for (const std::string profile : {"quick", "tuned", "paper", "algorithm1", "flower", "fedlab", "jiang"})
    for (const std::string dataset : {"femnist", "shakespeare", "sent140", "synthetic", "production"}) {
      if (!allowed(profile, dataset)) continue;
      ++pairs;
      for (const Arguments& more :
           std::vector<Arguments>{{},
                                  {"--scale", "0.3"},
                                  {"--seeds", "3,-4,5"},
                                  {"--algorithms", "maml,fedavg,meta-sgd", "--set", "maml.inner-lr=0.01",
                                   "--set", "meta-sgd.outer-optimizer=sgd", "--inner-lr", "0.1"},
                                  {"--save-model", "--force", "--resample", "--output", "some where.h5"}}) {
        Arguments arguments{"--profile", profile, "--dataset", dataset};
        arguments.insert(arguments.end(), more.begin(), more.end());
        expect_back(arguments);
      }
    }
  EXPECT_EQ(pairs, 4 * 5 + 2 + 1 + 2);
}

TEST(Toml, EveryConfigurationComesBack) {
  int files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(FEDMETA_CONFIGS)) {
    if (entry.path().extension() != ".toml") continue;
    ++files;
    expect_back({"--config", entry.path().string()});
    expect_back({"--config", entry.path().string(), "--scale", "0.05", "--seeds", "1,2"});
  }
  EXPECT_GT(files, 60);
}

TEST(Toml, TextsComeBackWhateverTheyLookLike) {
  // Other kinds of values, and what means something to a parser.
  for (const std::string text : {"true",      "false",       "1e5",     "010",      "0x10",
                                 "inf",       "nan",         "-1",      "1_000",    "12:00:00",
                                 "[a]",       "[a, b]",      "{a = 1}", "{}",       "a,b",
                                 "a b",       " a ",         "a#b",     "# a",      "a = b",
                                 "a;b",       "it's",        "'a'",     "\"a\"",    "\"",
                                 "say \"a\"", "back\\",      "\\",      "\\\"",     "C:\\new",
                                 "tab\there", "line\nbreak", "\r\n",    "\x01\x7f", "\u00e9/\u6570\U0001f600",
                                 "\u0085",    "$HOME/`ls`",  "%d",      "../a",     "\"\"\"",
                                 "\'\'\'",    "\xef\xbb\xbf"}) {
    const Arguments arguments{"--dataset", "sent140", "--data=" + text, "--output=" + text,
                              "--glove=" + text};
    EXPECT_EQ(parse(arguments).data, text);
    EXPECT_EQ(parse(arguments).source.option<std::string>("glove"), text);
    expect_back(arguments);
  }
}

TEST(Toml, NumbersComeBackToTheLastBit) {
  for (const std::string number :
       {"0.1", "0.30000000000000004", "1e-300", "5e-324", "2.2250738585072014e-308", "123456789.12345678",
        "0", "1e9", "0.1000000000000000055511151231257827", "1", "3.0", "1e-05"}) {
    EXPECT_EQ(Values(parse({"--inner-lr", number}), "maml")["inner-lr"],
              std::strtod(number.c_str(), nullptr));
    expect_back({"--inner-lr", number, "--set", "maml.outer-lr=" + number});
  }
  expect_back({"--data-seed=" + std::to_string(std::numeric_limits<std::int64_t>::min())});
  expect_back({"--seeds", std::to_string(std::numeric_limits<std::int64_t>::max()) + ",0"});
}

TEST(Toml, EmptyListsAndTextsComeBack) {
  const test::TemporaryFolder folder;
  const auto file = folder.write("a.toml", "set = []\ndata = \"\"\noutput = ''\n").string();
  expect_back({"--config", file});
}

TEST(Toml, IsReadAsTheStandardHasIt) {
  const test::TemporaryFolder folder;
  const auto file =
      folder
          .write("a.toml",
                 "\xef\xbb\xbf# a comment\r\nrounds = 1_000 # another\r\n\"inner-lr\" = +0.5\r\n"
                 "seeds = [ 1, # one\n 2,\n]\ndata = 'C:\\new # data'\nset = [\"maml.rounds=3\"]\n")
          .string();
  const auto settings = parse({"--config", file});
  EXPECT_EQ(Values(settings)["rounds"], 1000);
  EXPECT_EQ(Values(settings, "fomaml")["inner-lr"], 0.5);
  EXPECT_EQ(settings.seeds, (std::vector<std::int64_t>{1, 2}));
  EXPECT_EQ(settings.data, "C:\\new # data");
  EXPECT_EQ(Values(settings, "maml")["rounds"], 3);
}

// TOML is UTF-8; a folder's name need not be.
TEST(Toml, OtherTextThanUtf8IsNotReadAsAnother) {
  const test::TemporaryFolder folder;
  const auto text = settings_toml(parse({"--data=caf\xe9"}));
  EXPECT_NE(text.find("\"caf\xe9\""), std::string::npos) << text;
  EXPECT_THROW(parse({"--config", folder.write("a.toml", text).string()}), Error);
}

// Files of earlier versions, and the settings within their results files.
TEST(Toml, NoSamplesOfASyntheticStandInAreRead) {
  const test::TemporaryFolder folder;
  const auto file = folder.write("a.toml", "dataset = \"synthetic\"\ngenerated-samples = 0\n").string();
  EXPECT_EQ(parse({"--config", file}).source.generated.mean_samples, 0);
}

TEST(Toml, WhatIsNotTomlIsRefusedWithItsPlace) {
  const test::TemporaryFolder folder;
  const std::vector<std::pair<std::string, std::string>> refused{
      {"seeds = [1]\nrounds = 010\n", "line 2"},  // octal, or ten?
      {"rounds = 5\nrounds = 6\n", "line 2"},
      {"rounds 5\n", "line 1"},
      {"profile = paper\n", "line 1"},
      {"data = \"a\n", "line 1"},
      {"data = \"\\d\"\n", "line 1"},
      {"data = \"\xff\"\n", "line 1"},
      {"rounds = 99999999999999999999\n", "line 1"},
      {"rounds = 5\ndata = 1e5\n", "data in "},  // text without quotes
      {"algorithms = [1]\n", "algorithms in "},
      {"[maml]\nrounds = 5\n", "maml in "},
      {"maml.rounds = 5\n", "maml in "},
      {"rounds = 1979-05-27\n", "rounds in "},
      {"seeds = [[1]]\n", "seeds in "},
      {"seeds = []\n", "seeds in "},
  };
  for (const auto& [text, named] : refused) {
    const auto file = folder.write("bad.toml", text).string();
    try {
      parse({"--config", file});
      ADD_FAILURE() << text;
    } catch (const Error& error) {
      const std::string line = error.what();
      EXPECT_EQ(error.status(), Status::usage) << line;
      EXPECT_NE(line.find(named), std::string::npos) << line;
      EXPECT_NE(line.find("bad.toml"), std::string::npos) << line;
      EXPECT_EQ(line.find('\n'), std::string::npos) << line;
    }
  }
}

/// Each part of a key is a table within a table, and the parser ended the program where they were too many.
TEST(Toml, RefusesKeysOfThousandsOfParts) {
  std::string key = "a";
  for (int i = 0; i < 200'000; ++i) key += ".a";
  for (const auto& text :
       {"[" + key + "]\n", key + " = 1\n", "[a]\nb = {" + key + " = 1}\n", "[[" + key + "]]\n"}) {
    try {
      toml_sections(text, "f.toml");
      ADD_FAILURE() << text.substr(0, 20);
    } catch (const Error& error) {
      EXPECT_EQ(error.status(), Status::usage);
      EXPECT_EQ(std::string(error.what()).find("a key of more than 1000 parts (f.toml"), 0U) << error.what();
    }
  }
  const auto sections = toml_sections("[a]\nb = [0.1, 0.2, \"../../c.d\"]\n", "f.toml");
  EXPECT_EQ(sections.front().items.front().values.size(), 3U);
}

/// toml++ takes for granted that a name follows.
TEST(Toml, RefusesSectionsWithoutNames) {
  for (const auto& header :
       std::vector<std::string>{"[", "[[", "[=]", "[[ #", "[ \r", "[.a]", "[\x80]", {'[', '\0', ']'}}) {
    try {
      toml_sections("\n  " + header + "\na = 1\n", "f.toml");
      ADD_FAILURE() << header;
    } catch (const Error& error) {
      EXPECT_EQ(error.status(), Status::usage);
      EXPECT_EQ(std::string(error.what()).find("not TOML: a section without a name (f.toml, line 2)"), 0U)
          << error.what();
    }
  }
  EXPECT_EQ(toml_sections("[ \"a b\" ]\n\t['c']\n[1-_]", "f.toml").size(), 3U);
}

}  // namespace
}  // namespace fedmeta::settings

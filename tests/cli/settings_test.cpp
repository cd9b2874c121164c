// Where settings come from and how they are shown.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <regex>
#include <set>

#include "cli/program.hpp"
#include "data/temporary_folder.hpp"
#include "record/h5.hpp"
#include "record/results_reader.hpp"

namespace fedmeta::test {
namespace {

std::string printed(std::vector<std::string> arguments, int ranks = 0) {
  arguments.emplace_back("--print-config");
  const auto finished = run_bench(arguments, ranks);
  EXPECT_EQ(finished.status, 0) << finished.err;
  return finished.out;
}

/// The value of a key in printed settings; "absent" or "twice" where it is.
std::string value(const std::string& toml, const std::string& key) {
  const auto lines = lines_with(toml, key + " = ");
  const auto beginning = key.size() + 3;
  return lines.size() == 1 ? lines[0].substr(beginning) : lines.empty() ? "absent" : "twice";
}

TEST(Settings, HelpAndVersionAreShown) {
  for (const int ranks : {0, 4}) {
    const auto help = run_bench({"--help"}, ranks);
    EXPECT_EQ(help.status, 0) << help.err;
    for (const std::string option : {"--rounds", "--support-fraction", "--save-division", "--config"})
      EXPECT_NE(help.out.find(option), std::string::npos) << option;
    const auto version = run_bench({"--version"}, ranks);
    EXPECT_EQ(version.status, 0) << version.err;
    EXPECT_EQ(lines_with(version.out, "fedmeta_bench ").size(), 1U) << version.out;
  }
}

TEST(Settings, DefaultIsQuick) {
  const auto quick = printed({}), tuned = printed({"--profile", "tuned"});
  EXPECT_EQ(value(quick, "profile"), "\"quick\"");
  // They differ in rounds, evaluation period, and the generated clients alone.
  for (const std::string key : {"inner-lr", "outer-lr", "local-lr", "clients-per-round", "support-fraction"})
    EXPECT_EQ(value(quick, key), value(tuned, key)) << key;
  for (const std::string key : {"rounds", "eval-every", "generated-clients", "generated-samples"})
    EXPECT_NE(value(quick, key), value(tuned, key)) << key;
}

TEST(Settings, ArePrintedOnceOnFourRanks) {
  EXPECT_EQ(printed({"--rounds", "7"}, 4), printed({"--rounds", "7"}));
}

TEST(Settings, CommandLineWinsOverFileOverProfileOverDefault) {
  const TemporaryFolder folder;
  const auto file = folder.write("run.toml", "profile = \"paper\"\nrounds = 5\nouter-lr = 0.125\n").string();
  const auto toml = printed({"--config", file, "--rounds", "6"});
  EXPECT_EQ(value(toml, "rounds"), "6");        // command line, not the file's 5
  EXPECT_EQ(value(toml, "outer-lr"), "0.125");  // file, not the paper's 0.0001
  EXPECT_EQ(value(toml, "inner-lr"), "0.001");  // paper
  EXPECT_EQ(value(toml, "profile"), "\"paper\"");
  EXPECT_EQ(value(toml, "support-fraction"), "0.2");  // default
  const auto tuned = printed({"--config", file, "--profile", "tuned"});
  EXPECT_EQ(value(tuned, "profile"), "\"tuned\"");
  EXPECT_EQ(value(tuned, "rounds"), "5");
}

TEST(Settings, GivenBackThroughConfigAreTheSame) {
  const TemporaryFolder folder;
  const std::vector<std::string> arguments{"--profile",    "algorithm1",
                                           "--rounds",     "9",
                                           "--seeds",      "3,4",
                                           "--algorithms", "maml,fedavg,meta-sgd",
                                           "--inner-lr",   "0.003",
                                           "--set",        "maml.inner-lr=0.02",
                                           "--set",        "meta-sgd.outer-optimizer=adam",
                                           "--save-model", "--output",
                                           "some where.h5"};
  const auto once = printed(arguments);
  EXPECT_EQ(printed({"--config", folder.write("once.toml", once).string()}), once);
}

TEST(Settings, OfAResultsFileAreReadBack) {
  const TemporaryFolder folder;
  const auto output = (folder.path() / "run.h5").string();
  const std::vector<std::string> arguments{"--dataset", "synthetic", "--generated-clients", "20",
                                           "--rounds",  "1",         "--algorithms",        "fedavg"};
  auto run = arguments;
  run.insert(run.end(), {"--output", output});
  ASSERT_EQ(run_bench(run).status, 0);
  const auto settings = record::read_results(output).header.settings;
  EXPECT_EQ(printed({"--config", folder.write("settings.toml", settings).string()}), settings);
  EXPECT_EQ(printed(arguments), settings);
}

/// Of every option, as --help shows it: what its attribute would be.
std::map<std::string, record::h5::AttributeKind> kinds_of_options() {
  using record::h5::AttributeKind;
  std::map<std::string, AttributeKind> kinds;
  const auto help = run_bench({"--help"}).out;
  static const std::regex line("\n  --([a-z0-9-]+) *(INT|FLOAT|TEXT|)");
  for (std::sregex_iterator found(help.begin(), help.end(), line), end; found != end; ++found) {
    auto name = (*found)[1].str();
    std::replace(name.begin(), name.end(), '-', '_');
    const auto type = (*found)[2].str();
    kinds[name] = type == "INT"     ? AttributeKind::integer
                  : type == "FLOAT" ? AttributeKind::real
                  : type == "TEXT"  ? AttributeKind::text
                                    : AttributeKind::byte;
  }
  return kinds;
}

// Values that do not show their type: whole ones of real numbers, and switches.
TEST(Settings, AttributesOfRunsHaveTheTypesOfTheirOptions) {
  const TemporaryFolder folder;
  const auto output = (folder.path() / "run.h5").string();
  const auto finished = run_bench({"--dataset", "synthetic", "--generated-clients", "20", "--rounds", "1",
                                   "--algorithms", "maml,perfedavg", "--inner-lr", "1", "--local-beta1", "0",
                                   "--stage2-local-beta1", "0.5", "--first-order", "--output", output});
  ASSERT_EQ(finished.status, 0) << finished.err;
  const auto kinds = kinds_of_options();
  const auto file = record::h5::open_file(output);
  const auto maml = record::h5::open_group(file, "runs/maml/seed1");
  const auto perfedavg = record::h5::open_group(file, "runs/perfedavg/seed1");
  std::set<std::string> switches;
  for (const auto* run : {&maml, &perfedavg}) {
    int options = 0;
    for (const auto& name : record::h5::attribute_names(*run)) {
      if (!kinds.contains(name)) continue;
      ++options;
      if (kinds.at(name) == record::h5::AttributeKind::byte) switches.insert(name);
      EXPECT_EQ(record::h5::attribute_kind(*run, name), kinds.at(name)) << name;
    }
    EXPECT_EQ(options, std::ssize(record::h5::attribute_names(*run)) - 5);
  }
  EXPECT_EQ(switches, (std::set<std::string>{"first_order", "outer_reset", "resample"}));
  for (const std::string name : {"algorithm", "seed", "parameters", "forward_flops_per_sample", "status"})
    EXPECT_FALSE(kinds.contains(name)) << name;
  EXPECT_EQ(record::h5::attribute<std::uint8_t>(maml, "first_order"), 1);
  EXPECT_EQ(record::h5::attribute<std::uint8_t>(maml, "resample"), 0);
  EXPECT_EQ(record::h5::attribute<double>(maml, "inner_lr"), 1);
  EXPECT_EQ(record::h5::attribute<double>(perfedavg, "local_beta1"), 0);
  EXPECT_EQ(record::h5::attribute<double>(perfedavg, "stage2_local_beta1"), 0.5);
  EXPECT_EQ(record::h5::attribute<std::int32_t>(file, "schema_version"), 3);
}

TEST(Settings, SetGivesOneAlgorithmItsOwn) {
  const auto toml =
      printed({"--algorithms", "fomaml,maml", "--inner-lr", "0.03", "--set", "maml.inner-lr=0.04"});
  EXPECT_EQ(value(toml, "inner-lr"), "0.03");
  EXPECT_NE(toml.find("maml.inner-lr=0.04"), std::string::npos) << toml;
  EXPECT_EQ(toml.find("fomaml.inner-lr"), std::string::npos) << toml;
}

TEST(Settings, GivenRateBeatsEveryRateOfAProfile) {
  for (const std::string profile : {"quick", "tuned", "paper", "algorithm1"}) {
    const auto toml = printed({"--profile", profile, "--inner-lr", "0.03", "--local-lr", "0.04"});
    EXPECT_EQ(value(toml, "inner-lr"), "0.03") << profile;
    EXPECT_EQ(value(toml, "local-lr"), "0.04") << profile;
    EXPECT_EQ(toml.find(".inner-lr"), std::string::npos) << toml;
    EXPECT_EQ(toml.find(".local-lr"), std::string::npos) << toml;
  }
}

TEST(Settings, DryRunPlansAndWritesNothing) {
  const TemporaryFolder folder;
  const auto output = folder.path() / "dry.h5";
  const auto finished = run_bench({"--dry-run", "--generated-clients", "12", "--generated-samples", "12",
                                   "--model", "lr", "--output", output.string()},
                                  4);
  EXPECT_EQ(finished.status, 0) << finished.err;
  EXPECT_EQ(lines_with(finished.out, "Plan ").size(), 1U) << finished.out;
  EXPECT_EQ(finished.out.find("RESULT"), std::string::npos);
  EXPECT_EQ(finished.out.find("FOM"), std::string::npos);
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(Settings, ScaleMakesAllSmaller) {
  const auto plan = [](const std::string& scale) {
    return run_bench({"--dry-run", "--model", "lr", "--scale", scale}).out;
  };
  const auto whole = plan("1"), half = plan("0.5");
  EXPECT_EQ(lines_with(whole, "    train       32 clients").size(), 1U) << whole;
  EXPECT_EQ(lines_with(half, "    train       16 clients").size(), 1U) << half;
  EXPECT_NE(whole.find(", 4 clients each"), std::string::npos) << whole;
  EXPECT_NE(half.find(", 2 clients each"), std::string::npos) << half;
}

}  // namespace
}  // namespace fedmeta::test

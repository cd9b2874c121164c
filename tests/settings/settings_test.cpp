#include "settings/settings.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "data/temporary_folder.hpp"
#include "settings/values.hpp"

namespace fedmeta::settings {
namespace {

Settings parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "fedmeta_bench");
  return parse_settings(static_cast<int>(arguments.size()), arguments.data());
}

TEST(Settings, WithoutArgumentsAreTheQuickProfile) {
  const auto s = parse({});
  EXPECT_EQ(s.profile, "quick");
  const std::vector<std::string> five{"fedavg", "fedavg-meta", "fomaml", "maml", "meta-sgd"};
  EXPECT_EQ(s.algorithms, five);
  ASSERT_EQ(s.methods.size(), 5U);
  EXPECT_EQ(s.eval_every, 10);
  EXPECT_EQ(s.support_fraction, 0.2);
  EXPECT_EQ(s.target_accuracy, 0.74);
  EXPECT_EQ(s.seeds, std::vector<std::int64_t>{1});
}

// Chen et al. 2018, section 4.1 and table A: four clients a round, batches of 10, these rates.
TEST(Settings, PaperProfileIsThePublishedOne) {
  const auto s = parse({"--profile", "paper"});
  const Values maml(s, "maml");
  EXPECT_EQ(maml["clients-per-round"], 4);
  EXPECT_EQ(maml["inner-batch"], 10);
  EXPECT_EQ(maml["inner-lr"], 1e-3);
  EXPECT_EQ(maml["outer-lr"], 1e-4);
  EXPECT_EQ(Values(s, "fedavg")["local-lr"], 1e-4);
  EXPECT_EQ(Values(s, "fedavg").word("local-optimizer"), "adam");
}

// Its README: four clients a round, batches of 10, five gradient steps on FEMNIST and one on Shakespeare.
TEST(Settings, FlowerProfileIsItsReadme) {
  const auto images = parse({"--profile", "flower"});
  const auto text = parse({"--profile", "flower", "--dataset", "shakespeare"});
  const std::vector<std::string> four{"fedavg", "fedavg-meta", "maml", "meta-sgd"};
  EXPECT_EQ(images.algorithms, four);
  const Values femnist(images, "meta-sgd");
  const Values shakespeare(text, "meta-sgd");
  EXPECT_EQ(femnist["rounds"], 2000);
  EXPECT_EQ(shakespeare["rounds"], 400);
  EXPECT_EQ(femnist["inner-epochs"], 5);
  EXPECT_EQ(shakespeare["inner-epochs"], 1);
  EXPECT_EQ(femnist["inner-lr"], 1e-3);
  EXPECT_EQ(shakespeare["inner-lr"], 0.1);
  EXPECT_EQ(femnist["outer-lr"], 1e-4);
  EXPECT_EQ(shakespeare["outer-lr"], 0.01);
  EXPECT_EQ(Values(images, "fedavg")["local-lr"], 1e-4);
  EXPECT_EQ(Values(text, "fedavg")["local-lr"], 1e-3);
  EXPECT_EQ(Values(images, "fedavg").word("local-data"), "all");
  for (const auto* p : {&femnist, &shakespeare}) {
    EXPECT_EQ((*p)["clients-per-round"], 4);
    EXPECT_EQ((*p)["inner-batch"], 10);
    // What its code does beside that is off.
    for (const auto* off : {"first-order", "outer-reset", "alpha-clamp"}) EXPECT_EQ(p->word(off), "false");
    EXPECT_EQ(p->word("alpha-gradient"), "exact");
  }
  EXPECT_EQ(images.support_fraction, 0.2);
  EXPECT_EQ(images.init, "torch");
  EXPECT_EQ(std::get<std::string>(text.network.at("lstm-bias")), "torch");
}

TEST(Settings, JiangProfileIsThePublishedOne) {
  const auto s = parse({"--profile", "jiang"});
  ASSERT_EQ(s.algorithms, std::vector<std::string>{"perfedavg"});
  EXPECT_EQ(s.model, "tff-cnn-dropout");
  const auto plan = data_plan(s);
  EXPECT_TRUE(plan.roles.sorted);
  const auto roles = data::split_clients(3400, 1, plan.roles);
  EXPECT_EQ(std::count(roles.begin(), roles.end(), data::Role::train), 2500);
  EXPECT_EQ(std::count(roles.begin(), roles.end(), data::Role::test), 900);
  const Values p(s);
  EXPECT_EQ(p["rounds"], 500);
  EXPECT_EQ(p["local-epochs"], 10);
  EXPECT_EQ(p["batch-size"], 20);
  EXPECT_EQ(p["local-steps"], 0);
  EXPECT_EQ(p.word("local-optimizer"), "sgd");
  EXPECT_EQ(p["local-lr"], 0.02);
  EXPECT_EQ(p["server-lr"], 1);
  EXPECT_EQ(p["server-momentum"], 0.9);
  EXPECT_EQ(p.word("weighting"), "samples");
  EXPECT_EQ(p["stage2-rounds"], 200);
  EXPECT_EQ(p["stage2-local-steps"], 10);
  EXPECT_EQ(p.word("stage2-server-optimizer"), "adam");
}

TEST(Settings, FedLabProfileIsItsFirstVersion) {
  const auto s = parse({"--profile", "fedlab"});
  EXPECT_EQ(s.source.option<std::string>("partition"), "shards");
  EXPECT_EQ(s.model, "fedlab-cnn");
  EXPECT_EQ(s.support_fraction, 0.8);
  const Values p(s);
  EXPECT_EQ(p["local-epochs"], 20);
  EXPECT_EQ(p["batch-size"], 20);
  EXPECT_EQ(p["local-steps"], 0);
  EXPECT_EQ(p["stage2-rounds"], 100);
  EXPECT_EQ(p["stage2-local-epochs"], 10);
  EXPECT_EQ(p["stage2-local-steps"], 0);
  EXPECT_EQ(p["stage2-batch-size"], -1);
  EXPECT_EQ(p.word("stage2-local-optimizer"), "adam");
  EXPECT_EQ(p["stage2-local-beta1"], 0);
  EXPECT_EQ(p.word("stage2-local-direction"), "gradients");
  EXPECT_EQ(p["stage2-server-lr"], 0.01);
}

TEST(Settings, AllStandsForEveryAlgorithm) {
  const auto s = parse({"--algorithms", "all"});
  EXPECT_EQ(s.methods.size(), 8U);
  EXPECT_EQ(s.methods.front().name(), "fedsgd");
}

TEST(Settings, ListsAreSeparatedByCommas) {
  const auto s = parse({"--algorithms=maml,fedsgd", "--seeds", "5,7"});
  EXPECT_EQ(s.algorithms, (std::vector<std::string>{"maml", "fedsgd"}));
  EXPECT_EQ(s.seeds, (std::vector<std::int64_t>{5, 7}));
}

TEST(Settings, NumbersAreDecimal) {
  const auto s = parse({"--rounds", "010", "--seeds", "007,+8,-09", "--data-seed=0042", "--inner-lr", "01.50",
                        "--set", "maml.clients-per-round=012", "--threads", "03"});
  EXPECT_EQ(Values(s)["rounds"], 10);
  EXPECT_EQ(s.seeds, (std::vector<std::int64_t>{7, 8, -9}));
  EXPECT_EQ(s.data_seed, 42);
  EXPECT_EQ(s.threads, 3);
  EXPECT_EQ(Values(s, "maml")["rounds"], 10);
  EXPECT_EQ(Values(s, "maml")["inner-lr"], 1.5);
  EXPECT_EQ(Values(s, "maml")["clients-per-round"], 12);
  const test::TemporaryFolder folder;
  const auto file = folder.write("a.toml", "rounds = \"010\"\n").string();
  EXPECT_EQ(Values(parse({"--config", file.c_str()}))["rounds"], 10);
}

TEST(Settings, SetReachesOneAlgorithmAndBeatsTheSharedValue) {
  const auto s = parse({"--inner-lr", "0.03", "--set", "maml.inner-lr=0.04", "--set", "maml.rounds=3"});
  EXPECT_EQ(Values(s, "maml")["inner-lr"], 0.04);
  EXPECT_EQ(Values(s, "maml")["rounds"], 3);
  EXPECT_EQ(Values(s, "fomaml")["inner-lr"], 0.03);
  EXPECT_EQ(Values(s, "fomaml")["rounds"], 50);
}

TEST(Settings, GivenValueReachesEveryAlgorithm) {
  for (const char* profile : {"quick", "tuned", "paper", "algorithm1"})
    for (const auto* name : {"fomaml", "maml", "meta-sgd"})
      EXPECT_EQ(Values(parse({"--profile", profile, "--inner-lr", "0.03"}), name)["inner-lr"], 0.03)
          << profile << " " << name;
}

TEST(Settings, CommandLineBeatsFileBeatsProfile) {
  const test::TemporaryFolder folder;
  const auto file = folder
                        .write("a.toml",
                               "profile = \"paper\"\nrounds = 5\nouter-lr = 0.125\n"
                               "set = [\"maml.inner-lr=0.5\"]\n")
                        .string();
  const auto s = parse({"--config", file.c_str(), "--rounds", "6"});
  EXPECT_EQ(s.profile, "paper");
  const Values maml(s, "maml");
  EXPECT_EQ(maml["rounds"], 6);
  EXPECT_EQ(maml["outer-lr"], 0.125);
  EXPECT_EQ(maml["inner-lr"], 0.5);
  EXPECT_EQ(Values(s, "fomaml")["inner-lr"], 1e-3);
}

TEST(Settings, CommandLineBeatsWhatTheFileSetsForOneAlgorithm) {
  const test::TemporaryFolder folder;
  const auto path = folder.write("a.toml", "set = [\"maml.inner-lr=0.5\", \"maml.outer-lr=0.25\"]\n");
  const auto file = path.string();
  const auto shared = parse({"--config", file.c_str(), "--inner-lr", "0.75"});
  EXPECT_EQ(Values(shared, "maml")["inner-lr"], 0.75);
  EXPECT_EQ(Values(shared, "maml")["outer-lr"], 0.25);
  const auto own = parse({"--config", file.c_str(), "--set", "maml.outer-lr=0.125"});
  EXPECT_EQ(Values(own, "maml")["inner-lr"], 0.5);
  EXPECT_EQ(Values(own, "maml")["outer-lr"], 0.125);
  EXPECT_EQ(Values(own, "fomaml")["inner-lr"], Values(parse({}), "fomaml")["inner-lr"]);
}

TEST(Settings, AsTomlReadBackToTheSame) {
  const auto s = parse({"--profile", "algorithm1", "--algorithms", "fedavg,maml", "--set",
                        "maml.inner-lr=0.07", "--set", "maml.outer-optimizer=adam", "--seeds", "3,4",
                        "--save-division", "--data-seed", "9", "--scale", "0.25"});
  const test::TemporaryFolder folder;
  const auto file = folder.write("a.toml", settings_toml(s)).string();
  const auto again = parse({"--config", file.c_str()});
  EXPECT_EQ(values_of(again), values_of(s));
  EXPECT_EQ(again.seeds, s.seeds);
  EXPECT_EQ(again.data_seed, 9);
  EXPECT_EQ(again.scale, 0.25);
  EXPECT_TRUE(again.save_division);
  EXPECT_FALSE(again.save_model);
  EXPECT_EQ(settings_toml(again), settings_toml(s));
}

TEST(Settings, HelpAndVersionAreTexts) {
  EXPECT_THROW(parse({"--version"}), HelpWanted);
  try {
    parse({"--help"});
    FAIL() << "no help";
  } catch (const HelpWanted& help) {
    EXPECT_NE(help.text.find("--clients-per-round"), std::string::npos);
  }
}

/// A configuration with values of all that --scale concerns.
std::string scaled_values(const test::TemporaryFolder& folder, const std::string& more = "") {
  return folder
      .write("a.toml",
             "generated-clients = 50\ngenerated-samples = 100\ngenerated-deviation = 30\n"
             "clients-per-round = 7\nmax-clients = 2\nmin-samples = 20\nlocal-steps = 10\n"
             "finetune-steps = 10\npersonal-steps = 20\nset = [\"maml.clients-per-round=20\"]\n" +
                 more)
      .string();
}

TEST(Scaled, MakesCountsSmallerButNotNothing) {
  const test::TemporaryFolder folder;
  const auto file = scaled_values(folder);
  const auto s = scaled(parse({"--config", file.c_str(), "--scale", "0.3"}));
  EXPECT_EQ(s.source.generated.clients, 15);
  EXPECT_EQ(s.source.generated.mean_samples, 30);
  EXPECT_EQ(s.source.generated.deviation_samples, 9);
  EXPECT_EQ(s.source.generated.min_samples, 3);
  EXPECT_EQ(Values(s)["clients-per-round"], 2);
  EXPECT_EQ(Values(s, "maml")["clients-per-round"], 6);
  EXPECT_EQ(Values(s)["local-steps"], 3);
  EXPECT_EQ(Values(s, "fedavg-meta")["finetune-steps"], 3);
  EXPECT_EQ(Values(s, "perfedavg")["personal-steps"], 6);
  EXPECT_EQ(s.filters.min_samples, 6);
  EXPECT_EQ(s.filters.max_clients, 1);
  EXPECT_EQ(s.filters.max_samples, 0);  // no bound stays no bound
  const auto least = scaled(parse({"--config", file.c_str(), "--scale", "0.001"}));
  EXPECT_EQ(least.filters.min_samples, 2);
  EXPECT_EQ(least.source.generated.mean_samples, 2);
  EXPECT_EQ(Values(least)["clients-per-round"], 1);
}

TEST(Scaled, NeverChangesWhatIsGivenBesideIt) {
  const auto s =
      scaled(parse({"--scale", "0.3", "--generated-clients", "50", "--generated-samples", "100",
                    "--clients-per-round", "7", "--max-clients", "2", "--min-samples", "20", "--local-steps",
                    "10", "--set", "fedavg-meta.finetune-steps=10", "--self-steps", "90"}));
  EXPECT_EQ(s.source.generated.clients, 50);
  EXPECT_EQ(s.source.generated.mean_samples, 100);
  EXPECT_EQ(s.filters.max_clients, 2);
  EXPECT_EQ(s.filters.min_samples, 20);
  for (const auto& name : s.algorithms) EXPECT_EQ(Values(s, name)["clients-per-round"], 7);
  for (const auto* name : {"fedavg", "fedavg-meta"}) EXPECT_EQ(Values(s, name)["local-steps"], 10);
  EXPECT_EQ(Values(s, "self")["self-steps"], 90);
  EXPECT_EQ(Values(s, "fedavg-meta")["finetune-steps"], 10);
}

/// In a file, too; and then those that the command line sets.
TEST(Scaled, OfAFileWithAScaleKeepsItsValues) {
  const test::TemporaryFolder folder;
  const auto file = scaled_values(folder, "scale = 0.3\n");
  const auto s = scaled(parse({"--config", file.c_str(), "--max-samples", "500"}));
  EXPECT_EQ(s.source.generated.clients, 50);
  EXPECT_EQ(Values(s)["clients-per-round"], 7);
  EXPECT_EQ(Values(s, "maml")["clients-per-round"], 20);
  EXPECT_EQ(s.filters.min_samples, 20);
  EXPECT_EQ(s.filters.max_samples, 500);
  EXPECT_EQ(Values(s, "self")["self-steps"], 30);  // of the profile
}

/// What a results file holds of a scaled run makes the same run again.
TEST(Scaled, ReadsBackToTheSame) {
  const auto s = scaled(parse({"--scale", "0.25", "--clients-per-round", "3", "--local-steps", "8"}));
  const test::TemporaryFolder folder;
  const auto file = folder.write("a.toml", settings_toml(s)).string();
  const auto again = scaled(parse({"--config", file.c_str()}));
  EXPECT_EQ(settings_toml(again), settings_toml(s));
  EXPECT_EQ(values_of(again), values_of(s));
  EXPECT_EQ(again.source.generated.min_samples, s.source.generated.min_samples);
  EXPECT_EQ(data_plan(again).sample_share, data_plan(s).sample_share);
}

TEST(Scaled, DrawsSamplesOfWhatIsReadAndMakesStandInsSmaller) {
  EXPECT_EQ(data_plan(parse({"--scale", "0.3", "--data", "x"})).sample_share, 0.3);
  EXPECT_EQ(data_plan(parse({"--scale", "0.3"})).sample_share, 1);
  EXPECT_EQ(data_plan(parse({"--scale", "0.3", "--dataset", "synthetic"})).sample_share, 0.3);
}

TEST(DataPlan, AClientNeedsTwoSamples) {
  EXPECT_EQ(data_plan(parse({"--min-samples", "1"})).filters.min_samples, 2);
  EXPECT_EQ(data_plan(parse({"--min-samples", "0"})).filters.min_samples, 0);
}

TEST(Settings, MinusOneAndSameLeaveLaterTrainingAsItIs) {
  const auto given = parse({"--profile", "fedlab", "--stage2-local-lr", "0", "--stage2-local-optimizer",
                            "sgd", "--personal-batch", "0"});
  EXPECT_EQ(Values(given)["stage2-local-lr"], 0);
  EXPECT_EQ(Values(given).word("stage2-local-optimizer"), "sgd");
  EXPECT_EQ(Values(given)["personal-batch"], 0);
  const auto open =
      parse({"--profile", "fedlab", "--stage2-local-lr=-1", "--stage2-local-optimizer", "same",
             "--stage2-local-direction", "same", "--stage2-local-beta1", "-1", "--stage2-rounds", "-1"});
  const Values p(open);
  EXPECT_EQ(p["stage2-local-lr"], -1);
  EXPECT_EQ(p.word("stage2-local-optimizer"), "same");
  EXPECT_EQ(p.word("stage2-local-direction"), "same");
  EXPECT_EQ(p["stage2-local-beta1"], -1);
  EXPECT_EQ(p["stage2-rounds"], -1);
  const auto text = settings_toml(open);
  for (const std::string line : {"stage2-local-lr = -1\n", "stage2-local-optimizer = \"same\"\n",
                                 "stage2-rounds = -1\n", "stage2-local-direction = \"same\"\n"})
    EXPECT_NE(text.find(line), std::string::npos) << line;
}

TEST(RunAttributes, NameEveryHyperparameterAsItsOption) {
  const auto s = parse({"--algorithms", "maml", "--inner-lr", "0.25", "--inner-epochs", "3"});
  std::map<std::string, record::AttributeValue> found;
  for (const auto& [name, value] : run_attributes(s, s.methods.front()))
    EXPECT_TRUE(found.emplace(name, value).second) << name << " twice";
  EXPECT_EQ(std::get<double>(found.at("inner_lr")), 0.25);
  EXPECT_EQ(std::get<std::int64_t>(found.at("inner_epochs")), 3);
  EXPECT_EQ(std::get<std::int64_t>(found.at("rounds")), 50);
  EXPECT_EQ(std::get<std::string>(found.at("weighting")), "samples");
  EXPECT_EQ(std::get<std::string>(found.at("outer_optimizer")), "adam");
  EXPECT_EQ(std::get<std::string>(found.at("model")), "cnn");
  EXPECT_EQ(std::get<bool>(found.at("first_order")), false);
  EXPECT_EQ(std::get<bool>(found.at("digits")), false);
  EXPECT_EQ(std::get<std::string>(found.at("partition")), "writers");
  for (const char* unread : {"local_lr", "local_beta1", "stage2_local_beta1", "vocabulary"})
    EXPECT_FALSE(found.contains(unread)) << unread;
}

TEST(RunAttributes, HaveNoNetworkWhereTheMethodHasNone) {
  const auto s = parse({"--dataset", "production", "--algorithms", "mfu,self"});
  for (const auto& method : s.methods) {
    const auto attributes = run_attributes(s, method);
    EXPECT_EQ(std::ranges::any_of(attributes, [](const auto& a) { return a.first == "model"; }),
              method.has_network());
  }
}

/// The same vectors may lie elsewhere.
TEST(RunAttributes, NameFilesWithoutTheirFolder) {
  const auto s = parse({"--dataset", "sent140", "--glove", "some/where/glove.txt"});
  const auto attributes = run_attributes(s, s.methods.front());
  const auto glove = std::ranges::find(attributes, "glove", [](const auto& a) { return a.first; });
  ASSERT_NE(glove, attributes.end());
  EXPECT_EQ(std::get<std::string>(glove->second), "glove.txt");
}

}  // namespace
}  // namespace fedmeta::settings

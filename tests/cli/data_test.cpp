// fedmeta_data: what it finds out, converts and makes.

#include <gtest/gtest.h>

#include <filesystem>
#include <regex>

#include "cli/program.hpp"
#include "data/real_data.hpp"
#include "data/temporary_folder.hpp"

namespace fedmeta::test {
namespace {

namespace fs = std::filesystem;

class Data : public testing::Test {
 protected:
  std::string path(const std::string& name) const { return (folder_.path() / name).string(); }

  /// What a command prints, which must succeed.
  static std::string done(const std::vector<std::string>& arguments) {
    const auto finished = run_data(arguments);
    EXPECT_EQ(finished.status, 0) << arguments[0] << ": " << finished.err;
    EXPECT_EQ(finished.err, "");
    return finished.out;
  }

  static void expect_refused(const std::vector<std::string>& arguments, int status, const std::string& word) {
    const auto finished = run_data(arguments);
    EXPECT_EQ(finished.status, status) << arguments[0] << finished.err;
    EXPECT_TRUE(std::regex_match(finished.err, std::regex("fedmeta_data: error: .+ \\(.+\\): .+\n")))
        << finished.err;
    EXPECT_NE(finished.err.find(word), std::string::npos) << word << "\n" << finished.err;
  }

  /// The value that `inspect` printed in a row.
  static std::string value(const std::string& printed, const std::string& row) {
    const auto lines = lines_with(printed, row + std::string(30 - row.size(), ' '));  // names have 29 places
    return lines.size() != 1 ? "?" : lines[0].substr(lines[0].rfind(' ') + 1);
  }

  /// The statistics, without where they come from.
  static std::string statistics(const std::string& printed) {
    const auto from = printed.find("clients ");
    return printed.substr(from, printed.find("tokens ") - from);
  }

  /// Without word vectors no token is counted.
  void expect_same_by_all_roads(const std::string& dataset, const std::vector<std::string>& more = {}) {
    std::vector<std::string> leaf{"generate",       dataset, "--clients",     "7",
                                  "--mean-samples", "30",    "--min-samples", "10",
                                  "--sd-samples",   "5",     "--output",      path(dataset)};
    auto file = leaf;
    file.back() += ".h5";
    done(leaf);
    done(file);
    const auto of_leaf = done({"inspect", path(dataset)});
    const auto of_file = done({"inspect", path(dataset + ".h5")});
    EXPECT_EQ(value(of_leaf, "dataset"), dataset);
    EXPECT_EQ(value(of_leaf, "source"), "leaf");
    EXPECT_EQ(value(of_file, "dataset"), dataset);
    EXPECT_EQ(value(of_file, "source"), "generated");
    EXPECT_EQ(value(of_leaf, "clients"), "7");
    EXPECT_EQ(statistics(of_leaf), statistics(of_file));
    std::vector<std::string> convert{"convert", path(dataset), "--output", path("converted.h5"), "--force"};
    convert.insert(convert.end(), more.begin(), more.end());
    done(convert);
    EXPECT_EQ(statistics(done({"inspect", path("converted.h5")})), statistics(of_leaf));
  }

  TemporaryFolder folder_;
};

TEST_F(Data, StandInsAreTheSameAsLeafAndAsFile) {
  expect_same_by_all_roads("femnist");
  expect_same_by_all_roads("shakespeare");
  expect_same_by_all_roads("synthetic");
  expect_same_by_all_roads("sent140", {"--glove", path("sent140.glove.txt")});
}

TEST_F(Data, ReadsItsOwnWordVectors) {
  done({"generate", "sent140", "--clients", "3", "--output", path("s/")});
  const auto printed = done({"inspect", path("s"), "--glove", path("s.glove.txt")});
  EXPECT_EQ(value(printed, "share of unknown tokens"), "0.0000");
  expect_refused({"convert", path("s"), "--output", path("s.h5")}, 2, "--glove");
}

TEST_F(Data, KnowsALog) {
  const auto log = folder_.write("log.csv", "time,user,item\n1,a,x\n2,a,y\n3,b,x\n").string();
  const auto printed = done({"inspect", log});
  EXPECT_EQ(value(printed, "dataset"), "production");
  EXPECT_EQ(value(printed, "samples"), "3");
  done({"convert", log, "--output", path("log.h5"), "--min-samples", "2"});
  const auto of_file = done({"inspect", path("log.h5")});
  EXPECT_EQ(value(of_file, "clients"), "1");
  EXPECT_EQ(value(of_file, "source"), "csv");
}

TEST_F(Data, SimulatesProduction) {
  done({"generate", "production", "--clients", "5", "--output", path("p.h5")});
  EXPECT_EQ(value(done({"inspect", path("p.h5")}), "dataset"), "production");
  expect_refused({"generate", "production", "--output", path("p")}, 2, "data file");
}

/// The same users twice. A log names services, of which a data file has each user's own numbers alone.
TEST_F(Data, SimulatesALog) {
  std::vector<std::string> generate{"generate", "production", "--clients", "5", "--output", path("p.csv")};
  done(generate);
  expect_refused(generate, 2, "--force");
  generate.back() = path("p.h5");
  done(generate);
  const auto of_log = done({"inspect", path("p.csv")}), of_file = done({"inspect", path("p.h5")});
  for (const std::string row : {"clients", "samples", "samples per client, deviation",
                                "classes per client, min", "classes per client, max"})
    EXPECT_EQ(value(of_log, row), value(of_file, row)) << row;
  EXPECT_EQ(value(of_file, "classes"), value(of_file, "classes per client, max"));
  EXPECT_GT(std::stoi(value(of_log, "classes")), std::stoi(value(of_file, "classes")));
}

TEST_F(Data, CountsTheServicesOfAllUsers) {
  const auto log = folder_.write("log.csv", "user,time,item\na,1,x\na,2,y\nb,1,y\nb,2,z\n").string();
  const auto printed = done({"inspect", log});
  EXPECT_EQ(value(printed, "classes"), "3");
  EXPECT_EQ(value(printed, "classes per client, max"), "2");
}

TEST_F(Data, FiltersAndSamples) {
  done({"generate", "femnist", "--clients", "12", "--mean-samples", "40", "--sd-samples", "10", "--output",
        path("a.h5")});
  const auto all = done({"inspect", path("a.h5")});
  done({"convert", path("a.h5"), "--output", path("b.h5"), "--min-samples", "35", "--max-clients", "3"});
  const auto filtered = done({"inspect", path("b.h5")});
  EXPECT_EQ(value(filtered, "clients"), "3");
  EXPECT_GE(std::stoi(value(filtered, "samples per client, min")), 35);
  done({"convert", path("a.h5"), "--output", path("c.h5"), "--sample-share", "0.5"});
  EXPECT_EQ(std::stoi(value(done({"inspect", path("c.h5")}), "samples")),
            std::stoi(value(all, "samples")) / 2);
  done({"convert", path("a.h5"), "--output", path("d.h5"), "--digits"});
  EXPECT_EQ(value(done({"inspect", path("d.h5")}), "classes"), "10");
}

TEST_F(Data, DrawsAHistogram) {
  if (run_command({"sh", "-c", "command -v gnuplot"}).status != 0)
    GTEST_SKIP() << "SKIPPED: gnuplot is not installed";
  done({"generate", "femnist", "--clients", "4", "--output", path("a.h5")});
  done({"inspect", path("a.h5"), "--histogram", path("new/h.svg")});
  EXPECT_GT(fs::file_size(path("new/h.svg")), 1000U);
  expect_refused({"inspect", path("a.h5"), "--histogram", path("new/h.svg")}, 2, "--force");
  expect_refused({"inspect", path("a.h5"), "--histogram", path("h.pdf")}, 2, ".svg");
}

TEST_F(Data, RefusesBadInput) {
  expect_refused({"inspect", path("none")}, 3, "none");
  expect_refused({"inspect", folder_.write("a.txt", "To be, or not\n").string()}, 3, "a.txt");
  expect_refused({"inspect", folder_.write("a.json", "{\"users\": [").string()}, 3, "a.json");
  expect_refused({"inspect", folder_.write("b.h5", "no HDF5").string()}, 3, "b.h5");
  expect_refused({"inspect", folder_.write("l.csv", "user,time,item\na,x,y\n").string()}, 3, "l.csv, line 2");
  expect_refused({"inspect", folder_.write("m.csv", "usr,time,item\na,1,y\n").string()}, 3, "m.csv, line 1");
  done({"generate", "femnist", "--clients", "2", "--output", path("c.h5")});
  fs::resize_file(path("c.h5"), fs::file_size(path("c.h5")) / 2);
  expect_refused({"inspect", path("c.h5")}, 3, "c.h5");
}

TEST_F(Data, RefusesWhatIsNoDecimalNumber) {
  const std::vector<std::pair<std::string, std::string>> generate{
      {"--clients", "0x2"},        {"--clients", ""},       {"--clients", "99999999999999999999"},
      {"--mean-samples", "1e400"}, {"--sd-samples", "nan"}, {"--min-samples", "1.5"},
      {"--alpha", "-1"},           {"--beta", "inf"},       {"--data-seed", "18446744073709551616"},
      {"--data-seed", ""}};
  for (const auto& [option, value] : generate)
    expect_refused({"generate", "femnist", "--output", path("a.h5"), option, value}, 2, "(" + option + ")");
  for (const std::string option : {"--min-samples", "--max-samples", "--max-clients", "--sample-share"})
    for (const std::string value : {"", "0x1", "-1", "1e400"})
      expect_refused({"convert", path("x"), "--output", path("a.h5"), option, value}, 2, "(" + option + ")");
  for (const std::string option : {"--writers", "--zoom", "--data-seed"})
    for (const std::string value : {"", "0x1", "99999999999999999999"})
      expect_refused({"picture", "--output", path("a.pgm"), option, value}, 2, "(" + option + ")");
  EXPECT_TRUE(fs::is_empty(folder_.path()));
}

TEST_F(Data, ReadsNumbersAsDecimalOnes) {
  done({"generate", "femnist", "--clients", "010", "--mean-samples", "020", "--data-seed", "-1", "--output",
        path("a.h5")});
  EXPECT_EQ(value(done({"inspect", path("a.h5")}), "clients"), "10");
}

TEST_F(Data, RefusesEmptyValuesAndOptionsGivenTwice) {
  expect_refused({"inspect", path("x"), "--dataset", ""}, 2, "the value is empty (--dataset)");
  expect_refused({"generate", "femnist", "--output=", "--clients", "2"}, 2, "(--output)");
  expect_refused({"generate", "femnist", "--clients", "2", "--output", path("a.h5"), "--clients=2"}, 2,
                 "an option is given twice (--clients)");
  expect_refused({"picture", "--output", path("a.pgm"), "--force", "--force"}, 2, "twice (--force)");
  expect_refused({"convert", path("x"), "--output", path("a.h5"), "--max-client", "3"}, 2,
                 "did you mean --max-clients?");
  EXPECT_TRUE(fs::is_empty(folder_.path()));
}

TEST_F(Data, RefusesImpossibleOptions) {
  done({"generate", "femnist", "--clients", "2", "--output", path("a.h5")});
  expect_refused({"generate", "femnist", "--clients", "2", "--output", path("a.h5")}, 2, "--force");
  expect_refused({"generate", "femnst", "--output", path("b.h5")}, 2, "did you mean femnist?");
  expect_refused({"generate", "femnist", "--clients", "-2", "--output", path("b.h5")}, 2, "clients");
  expect_refused({"inspect", path("a.h5"), "--dataset", "sent140"}, 2, "--dataset sent140");
  expect_refused({"convert", path("a.h5"), "--output", path("b.h5"), "--min-samples", "100000"}, 3, "100000");
  expect_refused({"convert", path("a.h5"), "--output", path("b.h5"), "--sample-share", "2"}, 2,
                 "--sample-share");
  expect_refused({"convert", path("a.h5"), "--output", path("a.h5/b.h5")}, 4, "a.h5");
  EXPECT_FALSE(fs::exists(path("b.h5")));
}

/// Table 1 of the real data, as counted elsewhere.
TEST_F(Data, CountsTheRealFemnist) {
  const auto data = data_folder() / "femnist";
  if (!fs::is_directory(data / "train"))
    GTEST_SKIP() << "SKIPPED: no real data at " << data << "; set FEDMETA_DATA_DIR to check them";
  const auto printed = done({"inspect", data.string()});  // packed or not
  EXPECT_EQ(value(printed, "clients"), "527");
  EXPECT_EQ(value(printed, "samples"), "53676");
}

TEST_F(Data, CountsTheRealShakespeare) {
  const auto text = find_packed(data_folder() / "shakespeare/pg100.txt");
  if (text.empty())
    GTEST_SKIP() << "SKIPPED: no real data at " << data_folder() << "; set FEDMETA_DATA_DIR to check them";
  const auto printed = done({"inspect", text.string()});  // packed or not
  EXPECT_EQ(value(printed, "clients"), "1129");
  EXPECT_EQ(value(printed, "samples"), "4226158");
  EXPECT_EQ(value(printed, "samples per client, mean"), "3743.28");
  EXPECT_EQ(value(printed, "samples per client, deviation"), "6212.26");
  done({"convert", text.string(), "--output", path("s.h5")});
  EXPECT_EQ(statistics(done({"inspect", path("s.h5")})), statistics(printed));
}

}  // namespace
}  // namespace fedmeta::test

// Inputs of tests/cases, and their kin: what is read, refused and warned of, alone and on several ranks.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "cli/program.hpp"
#include "cli/refusal.hpp"
#include "cli/statuses.hpp"
#include "data/temporary_folder.hpp"
#include "record/h5.hpp"
#include "record/results_reader.hpp"

namespace fedmeta::test {
namespace {

namespace fs = std::filesystem;
using Arguments = std::vector<std::string>;

std::string case_path(const std::string& name) {
  return (fs::path(FEDMETA_CASES) / name).string();
}

class Cases : public testing::Test {
 protected:
  std::string path(const std::string& name) const { return (folder_.path() / name).string(); }

  /// Options of a run that takes no time on synthetic data of a few users.
  Arguments small(const std::string& data, Arguments more = {}, const std::string& min_samples = "2") const {
    Arguments all{"--dataset",           "synthetic", "--data",        data,
                  "--algorithms",        "fedavg",    "--rounds",      "1",
                  "--clients-per-round", "1",         "--min-samples", min_samples,
                  "--progress",          "off"};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
  void expect_refused_by_all(const std::string& data, const std::vector<std::string>& words,
                             const Arguments& more = {}) const {
    expect_refused_everywhere(small(data, more), bad_input, words);
    for (Arguments command :
         {Arguments{"inspect", data}, Arguments{"convert", data, "--output", path("a.h5")}}) {
      const auto finished = run_data(command);
      EXPECT_EQ(finished.status, bad_input) << command[0] << finished.out << finished.err;
      for (const auto& word : words) EXPECT_NE(finished.err.find(word), std::string::npos) << finished.err;
    }
    EXPECT_FALSE(fs::exists(path("a.h5")));
  }
  /// The `/data` of a run that must succeed; its output is in finished_.
  record::Data read_by(Arguments arguments, int ranks) {
    const auto output = path("run" + std::to_string(ranks) + ".h5");
    arguments.insert(arguments.end(), {"--output", output, "--force"});
    finished_ = run_bench(arguments, ranks);
    EXPECT_EQ(finished_.status, 0) << finished_.err;
    return finished_.status == 0 ? record::read_results(output).data : record::Data{};
  }
  std::string copy(const std::string& from, const std::string& to) const {
    fs::create_directories(folder_.path() / fs::path(to).parent_path());
    fs::copy(case_path(from), folder_.path() / to);
    return path(to);
  }

  TemporaryFolder folder_;
  Finished finished_;
};

TEST_F(Cases, PackedShardsAreRead) {
  for (const int ranks : {0, 2}) {
    const auto data = read_by(small(case_path("partial")), ranks);
    EXPECT_EQ(data.files_read, 2);
    EXPECT_EQ(data.users_read, 8);
    EXPECT_EQ(data.client_id.size(), 8U);
    EXPECT_EQ(data.files_passed_over, "");
    EXPECT_EQ(finished_.err.find("warning"), std::string::npos) << finished_.err;
    EXPECT_NE(finished_.out.find("2 files, 8 users, "), std::string::npos) << finished_.out;
  }
  const auto inspected = run_data({"inspect", case_path("partial")});
  EXPECT_EQ(lines_with(inspected.out, "clients                       8").size(), 1U) << inspected.out;
}

TEST_F(Cases, PassedOverFilesAreAnErrorOrAllowed) {
  copy("partial/a.json", "p/a.json");
  copy("partial/b.json.gz", "p/b.JSON.GZ");
  expect_refused_by_all(path("p"), {"b.JSON.GZ", "--allow-partial"});
  for (const int ranks : {0, 2}) {
    const auto data = read_by(small(path("p"), {"--allow-partial"}), ranks);
    EXPECT_EQ(data.users_read, 4);
    EXPECT_EQ(data.files_passed_over, "b.JSON.GZ");
    EXPECT_EQ(lines_with(finished_.err, "fedmeta_bench: warning: ").size(), 1U) << finished_.err;
    EXPECT_NE(finished_.out.find("NOT READ    b.JSON.GZ"), std::string::npos) << finished_.out;
  }
  const auto converted = run_data({"convert", path("p"), "--output", path("p.h5"), "--allow-partial"});
  EXPECT_EQ(converted.status, 0) << converted.err;
  EXPECT_NE(converted.err.find("fedmeta_data: warning: "), std::string::npos) << converted.err;
  // What the data file lacks, a run with it says as well.
  const auto data = read_by(small(path("p.h5"), {"--generator", "alpha-beta"}), 0);
  EXPECT_EQ(data.files_passed_over, "b.JSON.GZ");
}

TEST_F(Cases, DamagedPackedShardsAreRefused) {
  copy("partial/a.json", "p/a.json");
  const auto packed = copy("partial/b.json.gz", "p/b.json.gz");
  fs::resize_file(packed, fs::file_size(packed) / 2);
  expect_refused_by_all(path("p"), {"b.json.gz", "cut short"});
}

TEST_F(Cases, LeftoverShardsAreRefused) {
  expect_refused_by_all(case_path("leftover"), {"niid_05", "niid_1", "user ", "given twice"});
}

TEST_F(Cases, NamesWithZeroBytesAreRefused) {
  expect_refused_by_all(case_path("nul-names"), {"zero byte", "a.json, user a?0"});
}

TEST_F(Cases, UsersThatAreNumbersAreRead) {
  const auto printed = run_data({"inspect", case_path("int-users")});
  EXPECT_EQ(printed.status, 0) << printed.err;
  EXPECT_EQ(lines_with(printed.out, "clients                       3").size(), 1U) << printed.out;
  EXPECT_EQ(read_by(small(case_path("int-users")), 2).client_id, (std::vector<std::string>{"0", "1", "2"}));
}

TEST_F(Cases, TenClassesAreAnotherGenerators) {
  expect_refused_everywhere(small(case_path("labels-to-9")), bad_input, {"--generator alpha-beta", "label"});
  EXPECT_EQ(read_by(small(case_path("labels-to-9"), {"--generator", "alpha-beta"}), 2).files_read, 1);
  ASSERT_EQ(run_data({"convert", case_path("labels-to-9"), "--output", path("ten.h5")}).status, 0);
  expect_refused_everywhere(small(path("ten.h5")), bad_input, {"--generator alpha-beta", "label"});
}

/// With and without a byte order mark, packed or not: the same share of unknown words.
TEST_F(Cases, WordVectorsLoseNoWord) {
  const auto share = [](const std::string& glove) {
    const auto printed = run_data({"inspect", case_path("tweets"), "--glove", case_path(glove)});
    EXPECT_EQ(printed.status, 0) << printed.err;
    return lines_with(printed.out, "share of unknown tokens");
  };
  EXPECT_EQ(share("glove.txt"), share("glove-bom.txt"));
  EXPECT_NE(share("glove-bom.txt").at(0).find("0.0000"), std::string::npos);
}

TEST_F(Cases, AByteOrderMarkChangesNothing) {
  const auto with_mark = [&](const std::string& name, const std::string& text) {
    return folder_.write(name, "\xef\xbb\xbf" + text).string();
  };
  std::ifstream in(case_path("partial/a.json"), std::ios::binary);
  const std::string json(std::istreambuf_iterator<char>(in), {});
  EXPECT_EQ(read_by(small(with_mark("a.json", json)), 0).users_read, 4);
  // A log whose name does not tell what it is.
  const auto printed = run_data({"inspect", with_mark("uses.log", "user,time,item\na,1,x\nb,2,y\n")});
  EXPECT_EQ(lines_with(printed.out, "dataset                       production").size(), 1U) << printed.out;
  const auto plain = folder_.write("plain.toml", "rounds = 7\n").string();
  const auto config = with_mark("marked.toml", "rounds = 7\n");
  EXPECT_EQ(run_bench({"--config", config, "--print-config"}).out,
            run_bench({"--config", plain, "--print-config"}).out);
  const auto wide = folder_.write("wide.toml", std::string("\xff\xfer\0o\0", 6)).string();
  expect_refused({"--config", wide}, 2, {"UTF-16"});
}

TEST_F(Cases, FiltersSayWhomTheyDropped) {
  const auto data = read_by(
      small(case_path("leftover/train/all_data_0_niid_05_keep_0_train_9.json"), {"--max-clients", "3"}, "1"),
      2);
  EXPECT_EQ(data.min_samples, 2);  // a client of one sample cannot be divided
  EXPECT_EQ(data.max_clients, 3);
  EXPECT_EQ(data.dropped_min_samples, 0);
  EXPECT_EQ(data.dropped_max_clients, data.users_read - 3);
  EXPECT_NE(finished_.out.find("by --min-samples 1, which acts as 2: 0 users"), std::string::npos)
      << finished_.out;
  EXPECT_NE(finished_.out.find("by --max-clients 3: "), std::string::npos);
}

/// Every other tweet of these users is the same again.
TEST_F(Cases, EqualSamplesInSupportAndQueryAreCounted) {
  const auto arguments = [&] {
    return Arguments{"--dataset",
                     "sent140",
                     "--data",
                     case_path("tweets"),
                     "--glove",
                     case_path("glove.txt"),
                     "--algorithms",
                     "fedavg",
                     "--rounds",
                     "1",
                     "--clients-per-round",
                     "1",
                     "--min-samples",
                     "2",
                     "--support-fraction",
                     "0.5",
                     "--division",
                     "chronological",
                     "--progress",
                     "off"};
  };
  const auto alone = read_by(arguments(), 0);
  EXPECT_EQ(alone.equal_samples, alone.samples_read / 2);
  EXPECT_NE(finished_.out.find("query samples equal a support sample"), std::string::npos) << finished_.out;
  EXPECT_EQ(read_by(arguments(), 2).equal_samples, alone.equal_samples);
}

}  // namespace
}  // namespace fedmeta::test

// Every input of the fuzzers' corpora goes through its target once: those called good-* are accepted by a
// parser, those called bad-* by none, and others may be either. So the targets hold without Clang, too.

#include <gtest/gtest.h>

#include <fstream>
#include <map>

#include "data/temporary_folder.hpp"
#include "fuzz/seeds.hpp"
#include "fuzz/target.hpp"
#include "fuzz/whole_report.hpp"
#include "fuzz/whole_settings.hpp"

namespace fedmeta::fuzz {
namespace {

namespace fs = std::filesystem;

using Target = int (*)(std::string_view);

std::string content(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void expect_as_named(const fs::path& folder, Target target) {
  std::size_t good = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const auto name = entry.path().filename().string();
    SCOPED_TRACE(entry.path());
    int accepted = -1;
    EXPECT_NO_THROW(accepted = target(content(entry.path())));
    if (name.starts_with("bad-")) {
      EXPECT_EQ(accepted, 0);
    } else if (name.starts_with("good-")) {
      EXPECT_GT(accepted, 0) << last_refusal;
      ++good;
    }
  }
  EXPECT_GT(good, 0U) << folder;
}

class Corpus : public testing::TestWithParam<std::pair<const char*, Target>> {};

TEST_P(Corpus, IsReadOrRefused) {
  const auto& [name, target] = GetParam();
  const test::TemporaryFolder made;
  write_seeds(made.path());
  const auto kept = fs::path(FEDMETA_FUZZ_CORPUS) / name;
  ASSERT_TRUE(fs::exists(kept) || fs::exists(made.path() / name)) << "no input";
  for (const auto& folder : {kept, made.path() / name})
    if (fs::exists(folder)) expect_as_named(folder, target);
}

const std::vector<std::pair<const char*, Target>> targets{
#define TARGET(name, multiple) {#name, name},
#include "fuzz/targets.def"
#undef TARGET
};

INSTANTIATE_TEST_SUITE_P(Of, Corpus, testing::ValuesIn(targets),
                         [](const auto& info) { return std::string(info.param.first); });

/// Cut short anywhere, an input is read or refused, too.
TEST(Corpus, IsReadOrRefusedWhereItIsCutShort) {
  const test::TemporaryFolder made;
  write_seeds(made.path());
  for (const auto& [name, target] :
       std::map<std::string, Target>{{"results", results}, {"data_file", data_file}})
    for (const auto& entry : fs::directory_iterator(made.path() / name)) {
      const auto whole = content(entry.path());
      for (std::size_t part = 0; part < 16; ++part) {
        SCOPED_TRACE(entry.path().string() + " " + std::to_string(part));
        EXPECT_NO_THROW(target(std::string_view(whole).substr(0, whole.size() * part / 16)));
      }
    }
}

/// Cut short or whole, results files are reported or refused.
TEST(Corpus, OfResultsIsReportedOrRefused) {
  const test::TemporaryFolder made;
  write_seeds(made.path());
  for (const auto& entry : fs::directory_iterator(made.path() / "results")) {
    SCOPED_TRACE(entry.path());
    const auto whole = content(entry.path());
    EXPECT_GT(whole_report(whole), 0) << last_refusal;
    EXPECT_NO_THROW(whole_report(std::string_view(whole).substr(0, whole.size() / 2)));
  }
}

/// The programs' own table of options, which the fuzzers do without, takes these inputs, too.
TEST(Corpus, OfSettingsIsReadOrRefusedByTheWholeTable) {
  for (const auto& entry : fs::directory_iterator(fs::path(FEDMETA_FUZZ_CORPUS) / "configuration")) {
    SCOPED_TRACE(entry.path());
    EXPECT_NO_THROW(whole_configuration(content(entry.path())));
  }
  for (const auto& entry : fs::directory_iterator(fs::path(FEDMETA_FUZZ_CORPUS) / "arguments")) {
    SCOPED_TRACE(entry.path());
    EXPECT_NO_THROW(whole_arguments(content(entry.path())));
  }
}

TEST(Oracle, LetsErrorsOfInputAlonePass) {
  for (const auto status : {Status::usage, Status::input, Status::own_file})
    EXPECT_FALSE(accepts([&] { throw Error(status, "what (where): remedy"); }));
  EXPECT_TRUE(accepts([] {}));
  EXPECT_THROW(accepts([] { throw Error(Status::system, "what (where): remedy"); }), std::logic_error);
  EXPECT_THROW(accepts([] { throw std::out_of_range("at"); }), std::out_of_range);
}

TEST(FileOf, HoldsWhatItWasGivenLast) {
  file_of("a longer text");
  EXPECT_EQ(content(file_of("short")), "short");
  EXPECT_EQ(content(file_of("")), "");
}

}  // namespace
}  // namespace fedmeta::fuzz

// The parser of the raw Shakespeare: on a small text in that layout, rule by rule, and on the real one.
#include "data/sets/gutenberg.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "base/error.hpp"
#include "data/dataset.hpp"
#include "data/real_data.hpp"
#include "data/sets/shakespeare.hpp"
#include "data/statistics.hpp"

namespace fedmeta::data {
namespace {

using Speeches = std::map<std::string, std::string>;

Speeches speeches(const std::string& text) {
  Speeches found;
  for (const SpeakingRole& role : parse_gutenberg(text)) found[role.id] = role.speech;
  return found;
}

std::string play(const std::string& title, const std::string& body) {
  return "1600\n\n" + title + "\n\nby William Shakespeare\n\n\nDRAMATIS PERSONAE\n\n" + body + "\n\n\n";
}

/// Three lines, which is as many as a role needs.
std::string three_lines(const std::string& name) {
  return "  " + name + ". one\n    two\n    three\n";
}

TEST(Gutenberg, ReadsSpeakersAndContinuations) {
  const auto found = speeches("licence\n\n" + play("KING LEAR",
                                                   "ACT I. Scene 1.\n\nEnter all\n\n"
                                                   "  FOOL. Nuncle,  hear\n"
                                                   "    me    now.\n"
                                                   "  Lear. Speak, fool.\n"
                                                   "                                     [Aside]\n"
                                                   "    Speak.\n"
                                                   "\n"
                                                   "Enter KENT\n"
                                                   "    Or go. \n"
                                                   "  LEAR. So.\n"
                                                   "  FOOL. I will\n"));
  EXPECT_EQ(found, (Speeches{{"KING_LEAR_FOOL", "Nuncle, hear me now. I will "},
                             {"KING_LEAR_LEAR", "Speak, fool. [Aside] Speak. Or go. So. "}}));
}

TEST(Gutenberg, WhatIsNoSpeakerLine) {
  // Three blanks, one blank, no blank after the point, a digit, a blank in front of the name, no point.
  const auto found =
      speeches(play("P", three_lines("A") + three_lines("B") +
                             "   C. no\n C. no\n  C.no\n  C3. no\n  C, no\n   \n  .  no\n  C\n"));
  EXPECT_EQ(found, (Speeches{{"P_A", "one two three "}, {"P_B", "one two three "}}));
}

TEST(Gutenberg, NamesAreUserIds) {
  const auto found =
      speeches(play("HENRY V; OR, THE KING'S-WAR (II)", three_lines("First Lord") + three_lines("b")));
  // Blanks one by one, other characters by runs: as LEAF's two replacements do.
  EXPECT_TRUE(found.contains("HENRY_V__OR__THE_KING_S_WAR__II__FIRST_LORD"));
  EXPECT_TRUE(found.contains("HENRY_V__OR__THE_KING_S_WAR__II__B"));
}

TEST(Gutenberg, DropsRolesOfTwoLinesAndPlaysOfOneRole) {
  const auto found =
      speeches(play("P", three_lines("A") + three_lines("B") + "  C. one\n    two\n") +
               play("THE SONNETS", three_lines("A")) + play("Q", three_lines("A") + "  B. one\n"));
  EXPECT_EQ(found.size(), 3U);
  EXPECT_TRUE(found.contains("P_A") && found.contains("P_B") && found.contains("Q_A"));
}

TEST(Gutenberg, ComedyOfErrorsHasNoIndentation) {
  const auto found = speeches(play("THE COMEDY OF ERRORS",
                                   "DUKE. Proceed,\n"
                                   "merchant.\n"
                                   "\n"
                                   "  and  more\n"
                                   "<<licence>>\n"
                                   "not spoken\n"
                                   "AEGEON. one\n"
                                   "two\n"
                                   "ACT I. Scene\n"
                                   "not spoken\n"
                                   "AEGEON. three\n"));
  EXPECT_EQ(found, (Speeches{{"THE_COMEDY_OF_ERRORS_DUKE", "Proceed, merchant. and more "},
                             {"THE_COMEDY_OF_ERRORS_AEGEON", "one two three "}}));
  // The next play has its own rule again.
  EXPECT_TRUE(
      speeches(play("THE COMEDY OF ERRORS", "A. a\n") + play("P", "A. a\nb\nc\nB. a\nb\nc\n")).empty());
}

TEST(Gutenberg, ANewPlayEndsTheSpeech) {
  const auto found = speeches(play("P", three_lines("A") + three_lines("B")) +
                              play("Q", "    not spoken\n" + three_lines("A") + three_lines("B")));
  EXPECT_EQ(found.size(), 4U);
  EXPECT_EQ(found.at("P_B"), "one two three ");
}

/// A search for each among all would take minutes.
TEST(Gutenberg, ReadsAPlayOfVeryManySpeakers) {
  const auto name = [](int i) {
    std::string letters = "X";
    for (; i > 0; i /= 26) letters.push_back(static_cast<char>('A' + i % 26));
    letters.push_back('Y');
    return letters;
  };
  constexpr int speakers = 300'000;
  std::string body;
  for (int i = 1; i <= speakers; ++i) body += three_lines(name(i));
  EXPECT_EQ(parse_gutenberg(play("P", body)).size(), static_cast<std::size_t>(speakers));
}

/// Every role has the title in its id: a title as long as the text would take the square of its size.
TEST(Gutenberg, TitlesHaveAnEnd) {
  const auto found = speeches(play(std::string(100'000, 'T'), three_lines("A") + three_lines("B")));
  EXPECT_TRUE(found.contains(std::string(200, 'T') + "_A"));
  EXPECT_EQ(found.size(), 2U);
}

TEST(Gutenberg, TitlesStandTwoToSevenLinesAbove) {
  for (std::size_t blank = 1; blank <= 6; ++blank) {
    const std::string text = "x\nTITLE" + std::string(blank + 1, '\n') + "by William Shakespeare\n" +
                             three_lines("A") + three_lines("B");
    EXPECT_TRUE(speeches(text).contains("TITLE_A")) << blank;
  }
}

TEST(Gutenberg, ReadsLineEndsOfWindows) {
  const std::string text = play("P", three_lines("A") + three_lines("B"));
  std::string windows;
  for (const char c : text) windows += c == '\n' ? std::string("\r\n") : std::string(1, c);
  EXPECT_EQ(speeches(windows), speeches(text));
}

TEST(Gutenberg, TextsOfAnotherLayoutHaveNoRoles) {
  for (const std::string text : {"", "\n", "by William Shakespeare", "HAMLET.\nTo be, or not to be.\n",
                                 "by William Shakespeare\n\n\n  A. x"})
    EXPECT_TRUE(parse_gutenberg(text).empty()) << text;
}

class GutenbergReal : public testing::Test {
 protected:
  void SetUp() override {
    const auto folder = test::data_folder() / "shakespeare";
    for (const char* name : {"pg100.txt", "pg100.txt.gz"})
      if (file_.empty() && std::filesystem::exists(folder / name))
        file_ = test::unpack(folder / name, folder_);
    if (file_.empty())
      GTEST_SKIP() << "SKIPPED: no real data at " << folder << "; set FEDMETA_DATA_DIR to check them";
  }

  test::TemporaryFolder folder_;
  std::filesystem::path file_;
};

struct Bounds {
  std::size_t least, most;
};

/// Roles with so many windows, and their windows.
std::pair<std::size_t, std::size_t> within(const std::vector<Client>& clients, Bounds bounds) {
  std::pair<std::size_t, std::size_t> found;
  for (const Client& client : clients) {
    const std::size_t n = client.labels.size();
    if (n >= bounds.least && n <= bounds.most) ++found.first, found.second += n;
  }
  return found;
}

/// LEAF's published statistics, and the counts of subsets that are known of it.
TEST_F(GutenbergReal, HasLeafsStatistics) {
  DatasetPlan plan;
  plan.dataset = "shakespeare";
  const auto clients = make_dataset(plan)->read(file_);
  StatisticsCollector collector;
  for (const Client& client : clients) collector.add(client);
  const Statistics s = collector.result();
  EXPECT_EQ(clients.size(), 1129U);
  EXPECT_EQ(s.clients, 1129);  // no id twice
  EXPECT_EQ(s.samples, 4226158);
  EXPECT_NEAR(s.mean, 3743.28, 0.005);
  EXPECT_NEAR(s.deviation, 6212.26, 0.005);
  constexpr std::size_t any = 1'000'000;
  EXPECT_EQ(within(clients, {10, any}).first, 1121U);
  EXPECT_EQ(within(clients, {64, any}), (std::pair<std::size_t, std::size_t>(1058, 4223749)));
  // The stand-in for the paper's 528 clients: 625,391 windows without one of the two roles of 287.
  EXPECT_EQ(within(clients, {287, 287}).first, 2U);
  EXPECT_EQ(within(clients, {287, 3132}), (std::pair<std::size_t, std::size_t>(529, 625391 + 287)));
}

TEST_F(GutenbergReal, Has36Plays) {
  std::ifstream in(file_, std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(in), {});
  std::set<std::string> plays;
  for (const SpeakingRole& role : parse_gutenberg(text)) plays.insert(role.play);
  EXPECT_EQ(plays.size(), 36U);
  EXPECT_TRUE(plays.contains("THE COMEDY OF ERRORS"));
  EXPECT_FALSE(plays.contains("THE SONNETS"));
}

}  // namespace
}  // namespace fedmeta::data

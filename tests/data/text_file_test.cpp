// One way to open a text: plain or gzip'd, with or without a byte order mark; all else is refused in true
// words.
#include "data/text_file.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>

#include "data/expect_error.hpp"
#include "data/packed.hpp"
#include "data/temporary_folder.hpp"

namespace fedmeta::data {
namespace {

using test::packed;
constexpr std::size_t much = std::size_t{1} << 30;
const std::string mark = "\xef\xbb\xbf";

std::string read(const std::string& content) {
  const test::TemporaryFolder folder;
  return TextFile(folder.write("a.txt", content)).read_all(much, 64).value();
}

std::vector<std::string> lines(const std::string& content) {
  const test::TemporaryFolder folder;
  TextFile file(folder.write("a.txt", content));
  std::vector<std::string> all;
  for (std::string line; file.next_line(line);) all.push_back(line);
  return all;
}

void expect_refused(const std::string& content, std::initializer_list<std::string> parts) {
  test::expect_error(
      Status::input, [&] { read(content); }, parts);
  test::expect_error(
      Status::input, [&] { lines(content); }, parts);
}

/// Longer than all buffers.
std::string long_text() {
  std::string text;
  for (int i = 0; i < 200'000; ++i) text += std::to_string(i * 7919 % 100'003) + "\n";
  return text;
}

TEST(TextFile, ReadsPlainAndPackedTextAlike) {
  for (const std::string& text : {std::string(), std::string("a"), std::string("a\nb\n"), long_text()}) {
    EXPECT_EQ(read(text), text);
    EXPECT_EQ(read(mark + text), text);
    EXPECT_EQ(read(packed(text)), text);
    EXPECT_EQ(read(packed(mark + text)), text);
    EXPECT_EQ(lines(packed(text)), lines(text));
  }
}

TEST(TextFile, KnowsLineEnds) {
  const std::vector<std::string> expected{"a", "", "b"};
  for (const std::string text : {"a\n\nb", "a\n\nb\n", "a\r\n\r\nb\r\n"}) {
    EXPECT_EQ(lines(text), expected);
    EXPECT_EQ(lines(mark + text), expected);
  }
  EXPECT_TRUE(lines("").empty());
  EXPECT_EQ(lines(long_text()).size(), 200'000U);
}

TEST(TextFile, KeepsRoomForParsers) {
  const test::TemporaryFolder folder;
  for (const auto& content : {std::string("abc"), long_text(), packed(long_text())}) {
    const auto text = TextFile(folder.write("a.txt", content)).read_all(much, 64).value();
    EXPECT_GE(text.capacity(), text.size() + 64);
  }
}

TEST(TextFile, SaysWhereThereIsTooMuch) {
  const test::TemporaryFolder folder;
  const auto text = long_text();
  for (const auto& content : {text, packed(text)}) {
    const auto file = folder.write("a.txt", content);
    EXPECT_FALSE(TextFile(file).read_all(text.size() - 1));
    EXPECT_TRUE(TextFile(file).read_all(text.size()));
  }
  const std::string bomb = packed(std::string(100 << 20, ' '));
  test::expect_error(Status::input, [&] { read(bomb); }, {"a.txt", "200 times its size"});
  test::expect_error(Status::input, [] { lines(std::string(3 << 20, 'a')); }, {"a.txt", "line", "1 MiB"});
}

TEST(TextFile, MembersFollowEachOther) {
  EXPECT_EQ(read(packed("one ") + packed("two")), "one two");
  EXPECT_EQ(read(packed("one") + std::string(700, '\0')), "one");
  expect_refused(packed("one") + "two", {"a.txt", "damaged"});
  expect_refused(packed("one") + std::string(3, '\0') + "two", {"a.txt", "damaged"});
}

TEST(TextFile, RefusesEveryTruncationOfPackedText) {
  const auto whole = packed("a few words, and a few words more");
  for (std::size_t length = 2; length < whole.size(); ++length)
    expect_refused(whole.substr(0, length), {"a.txt", "cut short"});
}

TEST(TextFile, RefusesDamagedPackedText) {
  const auto whole = packed(long_text());
  for (const std::size_t at : {whole.size() / 2, whole.size() - 6}) {  // the data, the sum of their bits
    auto damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
    expect_refused(damaged, {"a.txt", "damaged"});
  }
}

TEST(TextFile, RefusesWhatOtherToolsPackByName) {
  const std::pair<std::string, std::string> all[] = {{"BZh91AY&SY", "bzip2"},
                                                     {std::string("\xfd"
                                                                  "7zXZ\0\0",
                                                                  7),
                                                      "xz"},
                                                     {"\x28\xb5\x2f\xfd....", "zstd"},
                                                     {"PK\x03\x04....", "zip"}};
  for (const auto& [content, tool] : all) expect_refused(content, {"a.txt", "packed (" + tool + ")"});
}

TEST(TextFile, RefusesWideText) {
  using namespace std::string_literals;
  for (const auto& content : {"\xff\xfe{\0"s, "\xfe\xff\0{"s, "\xff\xfe\0\0{\0\0\0"s, packed("\xff\xfe{\0"s)})
    expect_refused(content, {"a.txt", "UTF-16", "UTF-8"});
}

TEST(TextFile, RefusesWhatIsNoFile) {
  const test::TemporaryFolder folder;
  test::expect_error(Status::input, [] { TextFile("/nowhere/a.txt"); }, {"/nowhere/a.txt", "No such file"});
  test::expect_error(Status::input, [&] { TextFile(folder.path()); }, {folder.path().string()});
  const auto fifo = folder.path() / "fifo";
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);  // which would wait for ever
  test::expect_error(Status::input, [&] { TextFile{fifo}; }, {"fifo", "regular file"});
}

TEST(TextFile, PeeksPastWhiteSpace) {
  const test::TemporaryFolder folder;
  TextFile file(folder.write("a.json", mark + " \n\t{\"a\": 1}"));
  EXPECT_EQ(file.peek(), '{');
  EXPECT_EQ(file.read_all(much), "{\"a\": 1}");
  EXPECT_EQ(TextFile(folder.write("b.json", " \n")).peek(), '\0');
}

}  // namespace
}  // namespace fedmeta::data

// Shakespeare as a data set: windows from text and from LEAF JSON, and how they are encoded.
#include "data/sets/shakespeare.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "base/error.hpp"
#include "base/random.hpp"
#include "data/dataset.hpp"
#include "data/leaf/leaf_writer.hpp"
#include "data/sets/vocabulary.hpp"
#include "data/temporary_folder.hpp"

namespace fedmeta::data {
namespace {

constexpr std::size_t width = 80;

std::unique_ptr<Dataset> shakespeare(const std::string& vocabulary = "leaf80") {
  DatasetPlan plan;
  plan.generated = {.clients = 4, .mean_samples = 60, .deviation_samples = 20};
  plan.dataset = "shakespeare";
  plan.options["vocabulary"] = vocabulary;
  return make_dataset(plan);
}

/// A sample as LEAF has it: the characters and the next one.
using Sample = std::pair<std::string, char>;

std::vector<Sample> samples(const Client& client) {
  const auto& windows = std::get<Windows>(client.features);
  EXPECT_EQ(windows.start.size(), client.labels.size());
  std::vector<Sample> found;
  for (std::size_t i = 0; i < client.labels.size(); ++i) {
    const auto first = windows.text.begin() + windows.start[i];
    EXPECT_LE(static_cast<std::size_t>(windows.start[i]) + width, windows.text.size());
    found.emplace_back(std::string(first, first + width), static_cast<char>(client.labels[i]));
  }
  return found;
}

/// docs/protocols.md 2.1: for i = 0 .. L-81, x = chars[i, i+80), y = char[i+80].
std::vector<Sample> brute_force(const std::string& text) {
  std::vector<Sample> all;
  for (std::size_t i = 0; i + width < text.size(); ++i)
    all.emplace_back(text.substr(i, width), text[i + width]);
  return all;
}

std::string some_text(std::size_t length, std::uint64_t key = 0) {
  Random random(5, "text", {key});
  std::string text;
  while (text.size() < length) text += static_cast<char>('a' + random.below(20));
  return text;
}

/// Without escapes: for text that needs none.
std::string json(const std::vector<Sample>& of_user, const std::string& user = "u") {
  std::string x, y;
  for (const auto& [text, next] : of_user) {
    x.append(x.empty() ? "" : ",").append("\"" + text + "\"");
    y.append(y.empty() ? "\"" : ",\"").append(1, next).append("\"");
  }
  return R"({"user_data": {")" + user + R"(": {"x": [)" + x + R"(], "y": [)" + y + "]}}}";
}

std::vector<Client> read(const std::string& text, const std::string& name = "data.json") {
  const test::TemporaryFolder folder;
  return shakespeare()->read(folder.write(name, text));
}

std::string error_of(const std::string& text, const std::string& name = "data.json") {
  try {
    read(text, name);
  } catch (const Error& error) {
    const std::string line = error.what();
    EXPECT_EQ(error.status(), Status::input);
    EXPECT_EQ(line.find('\n'), std::string::npos);
    EXPECT_NE(line.find(name), std::string::npos) << line;
    return line;
  }
  ADD_FAILURE() << "no error for " << text;
  return {};
}

void expect_names(const std::string& line, std::initializer_list<const char*> parts) {
  for (const char* part : parts) EXPECT_NE(line.find(part), std::string::npos) << part << " in: " << line;
}

TEST(SpeechClient, HasAllWindows) {
  for (const std::size_t length : {0, 1, 79, 80, 81, 82, 500}) {
    const std::string text = some_text(length);
    const Client client = speech_client("u", text);
    EXPECT_EQ(samples(client), brute_force(text)) << length;
    EXPECT_LE(std::get<Windows>(client.features).text.size(), length);  // kept once
  }
}

TEST(SpeechClient, CharactersAreUnsigned) {
  EXPECT_EQ(speech_client("u", std::string(80, 'a') + "\xe9").labels, (std::vector<std::int32_t>{0xe9}));
}

TEST(ShakespeareText, ReadsRoles) {
  const std::string speech(90, 'x');
  const auto clients = read(
      "P\n\nby William Shakespeare\n  A. " + speech + "\n    b\n    c\n  B. d\n    e\n    f\n", "works.txt");
  ASSERT_EQ(clients.size(), 1U);  // B says too little for a window
  EXPECT_EQ(clients[0].id, "P_A");
  EXPECT_EQ(samples(clients[0]), brute_force(speech + " b c "));
}

TEST(ShakespeareText, IsAnyFileButJson) {
  const test::TemporaryFolder folder;
  const auto text = folder.write("works.txt", "x"), data = folder.write("leaf/data.json", "{}");
  EXPECT_EQ(shakespeare()->source(text), "text");
  EXPECT_EQ(shakespeare()->source(data), "leaf");
  EXPECT_EQ(shakespeare()->source(folder.path() / "leaf"), "leaf");
  EXPECT_EQ(shakespeare()->files(text).read, (std::vector<std::filesystem::path>{text}));
  EXPECT_EQ(shakespeare()->files(folder.path() / "leaf").read, (std::vector<std::filesystem::path>{data}));
}

TEST(ShakespeareText, WithoutRolesIsAnError) {
  for (const std::string text : {"", "To be, or not to be.\n"})
    expect_names(error_of(text, "works.txt"), {"no role of a play", "e-text 100"});
  expect_names(error_of("\x1f\x8b\x08", "works.txt"), {"cut short"});
  EXPECT_THROW(shakespeare()->read("/nowhere/works.txt"), Error);
}

TEST(ShakespeareJson, ReadsWindowsAndKeepsTheTextOnce) {
  const std::string text = some_text(300);
  const auto clients = read(json(brute_force(text)));
  ASSERT_EQ(clients.size(), 1U);
  EXPECT_EQ(clients[0].features, speech_client("u", text).features);
  EXPECT_EQ(clients[0].labels, speech_client("u", text).labels);
}

TEST(ShakespeareJson, ReadsWindowsInAnyOrder) {
  auto all = brute_force(some_text(200));
  Random random(3, "order");
  shuffle(all, random);
  EXPECT_EQ(samples(read(json(all))[0]), all);
  // Two pieces of text and a window given twice.
  auto pieces = brute_force(some_text(100, 1));
  pieces.push_back(pieces.back());
  for (const auto& more : brute_force(some_text(100, 2))) pieces.push_back(more);
  const auto client = read(json(pieces))[0];
  EXPECT_EQ(samples(client), pieces);
  EXPECT_EQ(std::get<Windows>(client.features).text.size(), 99U + 80U + 99U);
}

TEST(ShakespeareJson, KeepsUsersApart) {
  const std::string text = some_text(82);
  const auto all = brute_force(text);
  const std::string a = json({all[0]}, "a"), b = json({all[1]}, "b");
  // The second user's window continues the first user's text, which is another's.
  const auto clients = read(a.substr(0, a.size() - 2) + ", " + b.substr(b.find("\"b\"")));
  ASSERT_EQ(clients.size(), 2U);
  EXPECT_EQ(samples(clients[0]), (std::vector<Sample>{all[0]}));
  EXPECT_EQ(samples(clients[1]), (std::vector<Sample>{all[1]}));
}

TEST(ShakespeareJson, JoinsPartsOfAUser) {
  const auto first = brute_force(some_text(90, 1)), second = brute_force(some_text(95, 2));
  Client client = read(json(first))[0];
  append(client, std::move(read(json(second))[0]));
  auto both = first;
  both.insert(both.end(), second.begin(), second.end());
  EXPECT_EQ(samples(client), both);
}

TEST(ShakespeareJson, ReadsEscapesAndLatin1) {
  const std::string start = some_text(76);
  const auto clients = read(R"({"user_data": {"u": {"x": [")" + start + R"(\"\\\n\u00e9"], "y": ["é"]}}})");
  EXPECT_EQ(samples(clients[0]), (std::vector<Sample>{{start + "\"\\\n\xe9", '\xe9'}}));
}

std::string user(const std::string& x, const std::string& y) {
  return R"({"user_data": {"u": {"x": [)" + x + R"(], "y": [)" + y + "]}}}";
}

TEST(ShakespeareJsonError, Samples) {
  const std::string good = '"' + some_text(80) + '"';
  expect_names(error_of(user(good + ",\"" + some_text(79) + '"', R"("a","b")")),
               {"user u, sample 1", "79 characters instead of 80", "preprocess.sh"});
  expect_names(error_of(user('"' + some_text(81) + '"', R"("a")")), {"sample 0", "81 characters"});
  expect_names(error_of(user("\"\"", R"("a")")), {"sample 0", "0 characters"});
  // 80 bytes, but 79 characters.
  expect_names(error_of(user('"' + some_text(78) + "é\"", R"("a")")), {"sample 0", "79 characters"});
  expect_names(error_of(user('"' + some_text(79) + "—\"", R"("a")")),
               {"sample 0", "character —", "more than one byte"});
  expect_names(error_of(user('"' + some_text(79) + R"(\ud83d\ude00")", R"("a")")),
               {"sample 0", "more than one byte"});
  for (const char* sample : {"7", "null", "[0.5, 1]", "{}"})
    expect_names(error_of(user(sample, R"("a")")), {"user u, sample 0", "not a string", "shakespeare"});
}

TEST(ShakespeareJsonError, Labels) {
  const std::string good = '"' + some_text(80) + '"';
  expect_names(error_of(user(good, R"("ab")")), {"user u, label 0", "2 characters instead of 1"});
  expect_names(error_of(user(good, R"("")")), {"user u, label 0", "0 characters instead of 1"});
  expect_names(error_of(user(good, R"("’")")), {"user u, label 0", "more than one byte"});
  for (const char* label : {"7", "null", R"(["a"])"})
    expect_names(error_of(user(good, label)), {"user u, label 0", "not a string"});
  expect_names(error_of(user(good, R"("a", "b")")), {"user u", "`x` has 1 samples, but `y` has 2"});
}

TEST(ShakespeareJsonError, NotJson) {
  const std::string good = json(brute_force(some_text(90)));
  for (std::size_t length = 0; length < good.size(); length += 7) error_of(good.substr(0, length));
  error_of("{\"user_data\": {\"u\": {\"x\": [\"\xff\"], \"y\": [\"a\"]}}}");
}

/// What the writer writes, the reader reads: every byte that a text can hold.
TEST(ShakespeareJson, WhatIsWrittenIsReadBack) {
  const auto dataset = shakespeare();
  const auto make = [&](std::int64_t index) {
    if (index < 4) return dataset->generate(index);
    std::string bytes;
    for (int k = 0; k < 256; ++k) bytes += static_cast<char>(k);
    return speech_client("bytes", bytes + some_text(90));
  };
  const test::TemporaryFolder folder;
  write_leaf_folder(folder.path() / "out", 5, make, dataset->leaf_text(), 1, false);
  std::map<std::string, Client> clients;
  for (const auto& file : dataset->files(folder.path() / "out").read)
    for (Client& part : dataset->read(file)) {
      const auto [known, is_new] = clients.try_emplace(part.id, part);
      if (!is_new) append(known->second, std::move(part));
    }
  ASSERT_EQ(clients.size(), 5U);
  for (std::int64_t index = 0; index < 5; ++index) {
    const Client expected = make(index);
    auto written = samples(expected), read_back = samples(clients.at(expected.id));
    std::sort(written.begin(), written.end());  // the split by sample is random
    std::sort(read_back.begin(), read_back.end());
    EXPECT_EQ(read_back, written) << expected.id;
  }
}

/// docs/protocols.md 2.2, spelled out by ranges.
std::string leaf80_table() {
  std::string table = "\n !\"&'(),-.0123456789:;>?";
  for (char c = 'A'; c <= 'Z'; ++c) table += c;
  table += "[]";
  for (char c = 'a'; c <= 'z'; ++c) table += c;
  return table + "}";
}

void expect_table(const Vocabulary& vocabulary, const std::string& table, std::uint8_t unknown_label) {
  EXPECT_EQ(vocabulary.tokens, static_cast<std::int64_t>(table.size()));
  for (int byte = 0; byte < 256; ++byte) {
    const auto k = static_cast<std::size_t>(byte);
    const auto at = table.find(static_cast<char>(byte));
    EXPECT_EQ(vocabulary.token[k], at == table.npos ? table.size() : at) << byte;
    EXPECT_EQ(vocabulary.label[k], at == table.npos ? unknown_label : at) << byte;
  }
}

TEST(Vocabulary, Leaf80) {
  const Vocabulary vocabulary = make_vocabulary("leaf80", {});
  ASSERT_EQ(leaf80_table().size(), 80U);
  EXPECT_EQ(vocabulary.classes, 80);
  expect_table(vocabulary, leaf80_table(), 79);
}

TEST(Vocabulary, Leaf53) {
  const Vocabulary vocabulary = make_vocabulary("leaf53", {});
  EXPECT_EQ(vocabulary.classes, 53);
  EXPECT_EQ(vocabulary.token[' '], 0);
  EXPECT_EQ(vocabulary.token['A'], 1);
  EXPECT_EQ(vocabulary.token['Z'], 26);
  EXPECT_EQ(vocabulary.token['a'], 27);
  EXPECT_EQ(vocabulary.token['z'], 52);
  std::string table = " ";
  for (char c = 'A'; c <= 'Z'; ++c) table += c;
  for (char c = 'a'; c <= 'z'; ++c) table += c;
  expect_table(vocabulary, table, 52);
}

TEST(Vocabulary, Data) {
  const Vocabulary vocabulary = make_vocabulary("data", {'z', ' ', 0xe9, 'a'});
  EXPECT_EQ(vocabulary.classes, 5);
  expect_table(vocabulary, " az\xe9", 4);
}

TEST(Vocabulary, DataOfAllBytes) {
  std::set<std::uint8_t> all;
  for (int k = 0; k < 256; ++k) all.insert(static_cast<std::uint8_t>(k));
  const Vocabulary vocabulary = make_vocabulary("data", all);
  EXPECT_EQ(vocabulary.classes, 257);
  for (std::size_t k = 0; k < 256; ++k) EXPECT_EQ(vocabulary.token[k], k);
}

TEST(Vocabulary, UnknownNameIsAnErrorBeforeReading) {
  try {
    shakespeare("leaf70");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), Status::usage);
    expect_names(error.what(), {"--vocabulary leaf70", "leaf80"});
  }
}

TEST(ShakespeareEncoding, ReplacesBytesInPlace) {
  std::vector<Client> clients = {speech_client("u", std::string(79, 'A') + " z~\n")};
  const SampleForm form = shakespeare()->encode(clients, {});
  EXPECT_EQ(form.dataset, "shakespeare");
  EXPECT_EQ(form.shape, (std::vector<std::int64_t>{80}));
  EXPECT_EQ(form.width, 80);
  EXPECT_EQ(form.classes, 80);
  EXPECT_EQ(form.tokens, 80);
  EXPECT_EQ(form.input, Input::tokens);
  const auto& windows = std::get<Windows>(clients[0].features);
  EXPECT_EQ(windows.text[0], 25);                                        // A
  EXPECT_EQ(windows.text[79], 1);                                        // space
  EXPECT_EQ(windows.text[80], 78);                                       // z
  EXPECT_EQ(windows.text[81], 80);                                       // unknown as an input
  EXPECT_EQ(clients[0].labels, (std::vector<std::int32_t>{78, 79, 0}));  // unknown as a label: the last class
}

TEST(ShakespeareEncoding, OfTheDataDependsOnTrainingClients) {
  const auto dataset = shakespeare("data");
  const Client training = speech_client("t", std::string(80, 'b') + "a");
  EXPECT_EQ(dataset->symbols(training), (std::set<std::uint8_t>{'a', 'b'}));
  EXPECT_TRUE(shakespeare()->symbols(training).empty());
  std::vector<Client> clients = {training, speech_client("u", std::string(80, 'a') + "cb")};
  const SampleForm form = dataset->encode(clients, dataset->symbols(training));
  EXPECT_EQ(form.classes, 3);
  EXPECT_EQ(form.tokens, 2);
  EXPECT_EQ(clients[0].labels, (std::vector<std::int32_t>{0}));
  EXPECT_EQ(clients[1].labels, (std::vector<std::int32_t>{2, 1}));
  EXPECT_EQ(std::get<Windows>(clients[1].features).text.back(), 2);
  EXPECT_EQ(dataset->form().classes, 80);  // the default vocabulary's, before the data are known
}

TEST(Shakespeare, IsADataSetByName) {
  DatasetPlan plan;
  plan.dataset = "shakespeare";
  plan.options["vocabulary"] = "leaf53";
  EXPECT_EQ(make_dataset(plan)->form().classes, 53);
}

/// docs/protocols.md 2.1: the first window after the gap begins at the last character of the support set's
/// labels.
TEST(ShakespeareEncoding, ChronologicalGap) {
  EXPECT_EQ(shakespeare()->chronological_gap(), 79);
}

}  // namespace
}  // namespace fedmeta::data

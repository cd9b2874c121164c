#include "data/sets/sent140.hpp"

#include <string>
#include <utility>

#include "base/error.hpp"
#include "data/leaf/leaf.hpp"
#include "data/leaf/leaf_content.hpp"
#include "data/registry.hpp"
#include "data/sample_hash.hpp"
#include "data/sets/tokenise.hpp"
#include "data/stand_in/generated_sent140.hpp"
#include "data/stand_in/made_up_words.hpp"

namespace fedmeta::data {
namespace {

namespace json = simdjson::ondemand;

constexpr std::size_t text_place = 4;  ///< of [id, date, query, user, text, flag]

class TweetContent final : public LeafContent {
 public:
  TweetContent(const WordTable& words, bool lower_case) : words_(words), lower_case_(lower_case) {}

  std::uint64_t add_sample(json::value x) override {
    std::size_t place = 0;
    std::uint64_t hash = 0;
    for (auto element : expect_type(x.get_array(), "the sample is not an array of strings")) {
      const auto text = expect_type(element.get_string(), "the sample holds something other than text");
      hash = hash_pair(hash, hash_bytes(text));
      if (place++ == text_place) add(lower_case_ ? lower_case(text) : std::string(text));
    }
    if (place != 5 && place != 6)
      throw LeafProblem{"the sample has " + std::to_string(place) + " strings instead of 5 or 6", ""};
    return hash;
  }

  std::int32_t read_label(json::value y) override {
    if (y.type() != json::json_type::string) return read_class(y, 2);
    const std::string_view polarity = y.get_string();
    if (polarity != "0" && polarity != "2" && polarity != "4")
      throw LeafProblem{"the label is not 0 or 1, \"0\", \"2\" or \"4\"", ""};
    return polarity == "4" ? 1 : 0;
  }

  Features take() override { return std::exchange(tokens_, {}); }

 private:
  void add(const std::string& text) {
    const auto end = tokens_.size() + tweet_tokens;
    for (const auto token : tokenise(text, tweet_tokens)) {
      const auto known = words_.rows.find(token);
      tokens_.push_back(known == words_.rows.end() ? unknown_row(words_.vectors.words) : known->second);
    }
    tokens_.resize(end, padding_row(words_.vectors.words));
  }

  const WordTable& words_;
  bool lower_case_;
  Indices tokens_;
};

/// Has the word vectors of --glove. Without these it can only generate the stand-in, which has its own, or
/// count. The survey consists of the table's words, which suffice to read tweets.
class Sent140 final : public Dataset {
 public:
  explicit Sent140(const DatasetPlan& plan)
      : plan_(plan), glove_(plan.option<std::string>("glove")), lower_case_(plan.option<bool>("lower-case")) {
    if (plan_.survey)
      words_ = without_vectors(*plan_.survey);
    else if (!glove_.empty())
      words_ = read_glove(glove_);
    else if (!plan_.without_vectors)
      words_.vectors = made_up_vectors(plan_.seed);
  }

  SampleForm form() const override { return sent140_form(); }
  DataFiles files(const std::filesystem::path& path) const override {
    check_glove(path);
    return shard_files(path);
  }
  std::vector<Client> read(const std::filesystem::path& file) const override {
    check_glove(file);
    return read_sent140_file(file, words_, lower_case_);
  }
  std::int64_t generated_clients() const override { return generator().clients(); }
  std::string generated_id(std::int64_t index) const override { return generator().id(index); }
  Client generate(std::int64_t index) const override { return generator().client(index); }
  ClientSize generated_size(std::int64_t index) const override {
    return {generator().samples(index), Storage::indices, 0};
  }
  LeafText leaf_text() const override { return tweet_text(); }
  std::vector<std::string> generated_words() const override {
    std::vector<std::string> words;
    words.reserve(made_up_word_count);
    for (std::int32_t word = 0; word < made_up_word_count; ++word) words.push_back(spelling(word));
    return words;
  }
  const WordVectors* vectors() const override {
    return words_.vectors.values.empty() ? nullptr : &words_.vectors;
  }
  std::string survey() const override { return words_.words; }

 private:
  void check_glove(const std::filesystem::path& path) const {
    if (glove_.empty() && !plan_.without_vectors)
      throw Error(Status::usage, "sent140 needs word vectors", "--data " + path.string(),
                  "give --glove FILE, such as glove.6B.300d.txt");
  }
  /// Returns the generator. Throws Error(usage) for --glove, which is fine if files are read.
  GeneratedSent140 generator() const {
    if (!glove_.empty())
      throw Error(Status::usage, "generated sent140 brings word vectors of its own", "--glove " + glove_,
                  "give --data PATH, or leave --glove out");
    return {plan_.generated, plan_.seed};
  }

  DatasetPlan plan_;
  std::string glove_;
  bool lower_case_;
  WordTable words_;
};

std::unique_ptr<Dataset> make_sent140(const DatasetPlan& plan) {
  return std::make_unique<Sent140>(plan);
}

}  // namespace

SampleForm sent140_form() {
  return {"sent140", {tweet_tokens}, tweet_tokens, 2, Input::tokens};
}

std::vector<Client> read_sent140_file(const std::filesystem::path& file, const WordTable& words,
                                      bool lower_case) {
  TweetContent content(words, lower_case);
  return read_leaf_file(file, "sent140", content);
}

TokenCount count_tokens(const Client& client, std::int64_t rows) {
  TokenCount count;
  for (const auto token : std::get<Indices>(client.features)) {
    if (token != padding_row(rows)) ++count.tokens;
    if (token == unknown_row(rows)) ++count.unknown;
  }
  return count;
}

DatasetDescriptor sets::sent140() {
  return {
      .name = "sent140",
      .line = "the mood of tweets by author (Go et al. 2009)",
      .title = "Sent140",
      .clients = "accounts",
      .make = make_sent140,
      .network = "lstm",
      .storages = {Storage::indices},
      .options = {{"glove", "", {}, "word vectors as GloVe text", OptionUse::read},
                  {"lower-case", false, {}, "small letters, as GloVe's words have"}},
      .vectors_option = "glove",
      .stand_in = StandIn{sent140_paper_size},
      .leaf_sample = LeafSample{LeafSample::Kind::texts},
  };
}

}  // namespace fedmeta::data

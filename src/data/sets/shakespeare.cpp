#include "data/sets/shakespeare.hpp"

#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>

#include "base/error.hpp"
#include "data/leaf/leaf.hpp"
#include "data/leaf/leaf_windows.hpp"
#include "data/registry.hpp"
#include "data/sets/gutenberg.hpp"
#include "data/sets/vocabulary.hpp"
#include "data/stand_in/generated_shakespeare.hpp"
#include "data/text_file.hpp"

namespace fedmeta::data {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t largest_text = 1'000'000'000;

bool is_raw_text(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error) && !is_leaf_file(path);
}

std::vector<Client> read_raw_text(const fs::path& file) {
  const auto text = TextFile(file).read_all(largest_text);
  if (!text)
    throw Error(Status::input, "the text is larger than 1 GB", file.string(),
                "give Gutenberg's e-text 100, which has 6 MB");
  std::vector<Client> clients;
  for (const SpeakingRole& role : parse_gutenberg(*text))
    if (role.speech.size() > window_width) clients.push_back(speech_client(role.id, role.speech));
  if (clients.empty())
    throw Error(Status::input, "no role of a play speaks in this text", file.string(),
                "give Gutenberg's e-text 100 in its layout of 1994, or LEAF JSON");
  return clients;
}

/// Reads the raw text (gutenberg.hpp) or LEAF JSON.
class Shakespeare final : public Dataset {
 public:
  explicit Shakespeare(const DatasetPlan& plan)
      : generated_(plan.generated), seed_(plan.seed), vocabulary_(plan.option<std::string>("vocabulary")) {
    make_vocabulary(vocabulary_, {});  // fails for a wrong name before anything is read
  }

  SampleForm form() const override {
    return form_of(make_vocabulary(needs_symbols() ? "leaf80" : vocabulary_, {}));
  }
  std::vector<Client> read(const fs::path& file) const override {
    if (is_raw_text(file)) return read_raw_text(file);
    return read_leaf_file(file, "shakespeare", *make_window_content());
  }
  std::string source(const fs::path& path) const override { return is_raw_text(path) ? "text" : "leaf"; }

  std::int64_t generated_clients() const override { return generator().clients(); }
  std::string generated_id(std::int64_t index) const override { return generator().id(index); }
  Client generate(std::int64_t index) const override {
    return speech_client(generator().id(index), generator().speech(index));
  }
  ClientSize generated_size(std::int64_t index) const override {
    const auto samples = generator().samples(index);
    return {samples, Storage::windows, samples + std::int64_t{window_width} - 1};
  }
  LeafText leaf_text() const override { return window_text(); }

  bool needs_symbols() const override { return vocabulary_ == "data"; }
  std::set<std::uint8_t> symbols(const Client& client) const override {
    if (!needs_symbols()) return {};
    const auto& text = std::get<Windows>(client.features).text;
    std::set<std::uint8_t> found(text.begin(), text.end());
    for (const auto label : client.labels) found.insert(static_cast<std::uint8_t>(label));
    return found;
  }
  SampleForm encode(std::span<Client> clients, const std::set<std::uint8_t>& symbols) const override {
    const Vocabulary vocabulary = make_vocabulary(vocabulary_, symbols);
    for (Client& client : clients) {
      for (auto& byte : std::get<Windows>(client.features).text) byte = vocabulary.token[byte];
      for (auto& label : client.labels) label = vocabulary.label[static_cast<std::uint8_t>(label)];
    }
    return form_of(vocabulary);
  }

  /// Returns the number of windows that share a character with the last one of the support set
  /// (docs/protocols.md 2.1).
  std::int64_t chronological_gap() const override { return window_width - 1; }

 private:
  static SampleForm form_of(const Vocabulary& vocabulary) {
    return {"shakespeare",      {window_width}, window_width,
            vocabulary.classes, Input::tokens,  vocabulary.tokens};
  }
  /// Returns the generator, made on first use: it checks the sizes, which do not matter if files are read.
  const GeneratedShakespeare& generator() const {
    if (!generator_) generator_.emplace(generated_, seed_);
    return *generator_;
  }

  GeneratedSize generated_;
  std::uint64_t seed_;
  std::string vocabulary_;
  mutable std::optional<GeneratedShakespeare> generator_;
};

std::unique_ptr<Dataset> make_shakespeare(const DatasetPlan& plan) {
  return std::make_unique<Shakespeare>(plan);
}

}  // namespace

Client speech_client(std::string id, std::string_view speech) {
  Client client{std::move(id), Windows{}, {}};
  if (speech.size() <= window_width) return client;
  auto& windows = std::get<Windows>(client.features);
  windows.text.assign(speech.begin(), speech.end() - 1);  // the last character is only a label
  windows.start.resize(speech.size() - window_width);
  std::iota(windows.start.begin(), windows.start.end(), 0);
  client.labels.reserve(windows.start.size());
  for (const char next : speech.substr(window_width))
    client.labels.push_back(static_cast<std::uint8_t>(next));
  return client;
}

DatasetDescriptor sets::shakespeare() {
  return {
      .name = "shakespeare",
      .line = "the next character of a role's speech (Caldas et al. 2018)",
      .title = "Shakespeare",
      .clients = "roles",
      .make = make_shakespeare,
      .network = "lstm",
      .storages = {Storage::windows},
      .options = {{"vocabulary", "leaf80", Words{"leaf80", "leaf53", "data"},
                   "characters with a number of their own"}},  // vocabulary.hpp
      .stand_in = StandIn{paper_shakespeare},
      .leaf_sample = LeafSample{LeafSample::Kind::text},
      .takes_any_text = true,
  };
}

}  // namespace fedmeta::data

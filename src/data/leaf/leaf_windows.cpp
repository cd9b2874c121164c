#include "data/leaf/leaf_windows.hpp"

#include <algorithm>
#include <span>
#include <string>
#include <utility>

#include "base/text.hpp"
#include "data/sample_hash.hpp"
#include "data/sets/shakespeare.hpp"

namespace fedmeta::data {
namespace {

namespace json = simdjson::ondemand;

[[noreturn]] void fail_character(std::string_view utf8) {
  const auto end = std::find_if(utf8.begin() + 1, utf8.end(), [](char c) { return (c & 0xC0) != 0x80; });
  const std::string character(utf8.begin(), end);
  throw LeafProblem{"the character " + character + " needs more than one byte",
                    "replace such quotes, dashes and letters by ASCII or Latin-1 ones"};
}

/// Converts UTF-8, which simdjson has validated, to Latin-1. In UTF-8, C2 and C3 begin the characters 80 to
/// FF.
std::string latin1(std::string_view utf8) {
  std::string text;
  while (!utf8.empty()) {
    const auto first = static_cast<std::uint8_t>(utf8.front());
    if (first > 0xC3) fail_character(utf8);
    const bool is_ascii = first < 0x80;
    text += is_ascii ? utf8[0] : static_cast<char>(((first & 3) << 6) | (utf8[1] & 0x3F));
    utf8.remove_prefix(is_ascii ? 1 : 2);
  }
  return text;
}

class WindowContent final : public LeafContent {
 public:
  std::uint64_t add_sample(json::value x) override {
    const std::string window = latin1(expect_type(x.get_string(), "the sample is not a string"));
    if (window.size() != window_width)
      throw LeafProblem{"the sample has " + std::to_string(window.size()) + " characters instead of " +
                            std::to_string(window_width),
                        "cut the text into windows of 80 characters, as LEAF's preprocess.sh does"};
    const bool continues =
        !windows_.start.empty() &&
        std::equal(window.begin(), window.end() - 1, windows_.text.end() - (window_width - 1), same_byte);
    windows_.text.insert(windows_.text.end(), continues ? window.end() - 1 : window.begin(), window.end());
    windows_.start.push_back(static_cast<std::int32_t>(windows_.text.size() - window_width));
    return hash_bytes(window);
  }
  std::int32_t read_label(json::value y) override {
    const std::string label = latin1(expect_type(y.get_string(), "the label is not a string"));
    if (label.size() != 1)
      throw LeafProblem{"the label has " + std::to_string(label.size()) + " characters instead of 1",
                        "give each sample the one character that follows it"};
    return static_cast<std::uint8_t>(label.front());
  }
  Features take() override { return std::exchange(windows_, {}); }

 private:
  static bool same_byte(char c, std::uint8_t byte) { return static_cast<std::uint8_t>(c) == byte; }

  Windows windows_;
};

/// Writes one character of a JSON string.
std::string escaped(std::uint8_t byte) {
  const char c = static_cast<char>(byte);
  if (c == '"' || c == '\\') return {'\\', c};
  if (byte >= ' ' && byte < 0x7F) return {c};
  return "\\u" + hexadecimal(byte, 4);
}

std::string json_string(std::span<const std::uint8_t> bytes) {
  std::string text = "\"";
  for (const auto byte : bytes) text += escaped(byte);
  return text + '"';
}

}  // namespace

std::unique_ptr<LeafContent> make_window_content() {
  return std::make_unique<WindowContent>();
}

LeafText window_text() {
  const auto sample = [](const Client& client, std::size_t row) {
    const auto& windows = std::get<Windows>(client.features);
    return json_string(
        std::span(windows.text).subspan(static_cast<std::size_t>(windows.start[row]), window_width));
  };
  const auto label = [](const Client& client, std::size_t row) {
    const auto byte = static_cast<std::uint8_t>(client.labels[row]);
    return json_string({&byte, 1});
  };
  return {sample, label};
}

}  // namespace fedmeta::data

#include "data/leaf/leaf_kind.hpp"

#include <simdjson.h>

#include "base/error.hpp"
#include "data/text_file.hpp"

namespace fedmeta::data {
namespace {

namespace json = simdjson::ondemand;

constexpr int most_axes = 8;  ///< of a sample; each takes a call

/// Counts the numbers of a sample, which is one list or rows of an image. Returns -1 if it contains text. A
/// list below the last axis counts as one.
std::int64_t count_numbers(json::array list, int axes = 1) {
  std::int64_t numbers = 0;
  for (auto element : list) {
    const auto type = element.type().value();
    if (type == json::json_type::string) return -1;
    const bool goes_on = type == json::json_type::array && axes < most_axes;
    const auto within = goes_on ? count_numbers(element.get_array(), axes + 1) : 1;
    if (within < 0) return -1;
    numbers += within;
  }
  return numbers;
}

LeafSample look_of(json::value sample) {
  using Kind = LeafSample::Kind;
  if (sample.type() == json::json_type::string) return {Kind::text};
  const auto numbers = count_numbers(sample.get_array());
  return numbers < 0 ? LeafSample{Kind::texts} : LeafSample{Kind::numbers, numbers};
}

}  // namespace

std::optional<LeafSample> first_leaf_sample(const std::filesystem::path& file) try {
  const auto text = TextFile(file).read_all(simdjson::SIMDJSON_MAXSIZE_BYTES - simdjson::SIMDJSON_PADDING,
                                            simdjson::SIMDJSON_PADDING);
  if (!text) return {};
  json::parser parser;
  json::document document = parser.iterate(*text);
  for (auto user : document["user_data"].get_object())
    for (auto sample : user.value()["x"].get_array()) return look_of(sample.value());
  return {};
} catch (const simdjson::simdjson_error&) {
  return {};
} catch (const Error&) {
  return {};
}

}  // namespace fedmeta::data

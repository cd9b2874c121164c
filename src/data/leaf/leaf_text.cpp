#include "data/leaf/leaf_text.hpp"

#include <array>
#include <charconv>
#include <span>

namespace fedmeta::data {
namespace {

/// Returns the shortest decimal that reads back as the same double, with a point, as Python prints it.
std::string decimal(double value) {
  std::array<char, 32> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  const std::string shortest(text.data(), end);
  return shortest.find_first_of(".e") == std::string::npos ? shortest + ".0" : shortest;
}

std::string text_of(std::uint8_t value) {
  static const auto table = [] {
    std::array<std::string, 256> texts;
    for (std::size_t k = 0; k < texts.size(); ++k) texts[k] = decimal(double(k) / 255);
    return texts;
  }();
  return table[value];
}

std::string text_of(float value) {
  return decimal(value);
}

template <class T>
std::string row_text(const std::vector<T>& values, std::size_t row, std::size_t width) {
  return json_list(std::span(values).subspan(row * width, width), [](T value) { return text_of(value); });
}

}  // namespace

LeafText number_text(std::int64_t width) {
  const auto columns = static_cast<std::size_t>(width);
  const auto sample = [columns](const Client& client, std::size_t row) {
    if (const auto* bytes = std::get_if<Bytes>(&client.features)) return row_text(*bytes, row, columns);
    return row_text(std::get<Floats>(client.features), row, columns);
  };
  const auto label = [](const Client& client, std::size_t row) { return std::to_string(client.labels[row]); };
  return {sample, label};
}

}  // namespace fedmeta::data

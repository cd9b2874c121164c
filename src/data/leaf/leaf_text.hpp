// Writes samples and labels as in LEAF's JSON.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "data/client.hpp"

namespace fedmeta::data {

/// Functions that return the JSON of one sample and of one label.
struct LeafText {
  std::function<std::string(const Client&, std::size_t sample)> sample, label;
};

/// Writes bytes and floats as arrays of decimals that read back exactly, `width` per sample, and labels as
/// numbers.
LeafText number_text(std::int64_t width);

/// Returns "[a, b]".
template <class Items, class Text>
std::string json_list(const Items& items, Text text) {
  std::string list = "[";
  for (const auto& item : items) list.append(list.size() > 1 ? ", " : "").append(text(item));
  return list + "]";
}

}  // namespace fedmeta::data

// Samples and labels as LEAF's JSON has them.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "data/client.hpp"

namespace fedmeta::data {

/// The JSON of one sample and of one label.
struct LeafText {
  std::function<std::string(const Client&, std::size_t sample)> sample, label;
};

/// Bytes and floats as arrays of decimals that read back exactly, `width` a sample; labels as numbers.
LeafText number_text(std::int64_t width);

/// "[a, b]"
template <class Items, class Text>
std::string json_list(const Items& items, Text text) {
  std::string list = "[";
  for (const auto& item : items) list.append(list.size() > 1 ? ", " : "").append(text(item));
  return list + "]";
}

}  // namespace fedmeta::data

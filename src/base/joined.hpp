// Names in a row, for help and messages.
#pragma once

#include <string>
#include <vector>

namespace fedmeta {

/// Returns the texts with `between` between any two of them; empty for none.
inline std::string joined(const std::vector<std::string>& texts, const std::string& between) {
  std::string all;
  for (const auto& text : texts) {
    if (&text != &texts.front()) all += between;
    all += text;
  }
  return all;
}

}  // namespace fedmeta

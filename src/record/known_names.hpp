// Names of data sets and sources that a file may contain. Reports use them in titles and file names.
#pragma once

#include <algorithm>
#include <array>
#include <string>

namespace fedmeta::record {

inline constexpr std::array dataset_names{"femnist", "shakespeare", "sent140", "synthetic", "production"};
inline constexpr std::array source_names{"leaf", "text", "csv", "generated"};

template <std::size_t N>
bool is_known(const std::string& name, const std::array<const char*, N>& known) {
  return std::find(known.begin(), known.end(), name) != known.end();
}

/// Returns the names as one text, such as "leaf, text, csv, generated".
template <std::size_t N>
std::string listed(const std::array<const char*, N>& known) {
  std::string text;
  for (const char* name : known) text.append(text.empty() ? "" : ", ").append(name);
  return text;
}

}  // namespace fedmeta::record

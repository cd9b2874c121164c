// Names of the sources that a file may contain, as data/registry.hpp has those of data sets. Reports use them
// in titles and file names.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

namespace fedmeta::record {

inline const std::vector<std::string> source_names{"leaf", "text", "csv", "generated"};

inline bool is_known(const std::string& name, const std::vector<std::string>& known) {
  return std::find(known.begin(), known.end(), name) != known.end();
}

}  // namespace fedmeta::record

// A LEAF folder read a second way: whole documents, no checks, doubles as they stand.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace fedmeta::oracle {

struct Sample {
  std::vector<double> x;
  int y = 0;
};

/// Each user's samples, folder after folder, in each the files by name.
std::map<std::string, std::vector<Sample>> read_leaf(const std::vector<std::filesystem::path>& folders);

}  // namespace fedmeta::oracle

// What was read of a data set and what was left out, for users and results files.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/divide/division.hpp"

namespace fedmeta::data {

struct Reading {
  std::int64_t files = 0, users = 0, samples = 0;  ///< read, or generated (from 0 files)
  Filters filters;                                 ///< filters as applied
  Dropped dropped;                                 ///< users that the filters left out
  std::int64_t equal_samples = 0;        ///< query samples that equal a support sample of the same client
  std::int64_t classes_of_all = 0;       ///< different labels of all clients that are left
  std::vector<std::string> passed_over;  ///< files below the folder that look like data and were not read
};

}  // namespace fedmeta::data

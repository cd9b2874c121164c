// What was read of a data set, and what of it takes no part: for whoever looks at a run or at its file.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/division.hpp"

namespace fedmeta::data {

struct Reading {
  std::int64_t files = 0, users = 0, samples = 0;  ///< read, or generated (from no file)
  Filters filters;                                 ///< as they were applied
  Dropped dropped;                                 ///< users that the filters did not let pass
  std::int64_t equal_samples = 0;        ///< query samples that equal a support sample of the same client
  std::vector<std::string> passed_over;  ///< files that look like data and were not read, below the folder
};

}  // namespace fedmeta::data

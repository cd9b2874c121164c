// Engines for groups of clients, and networks to try them on. Whoever compiles group_test.cpp says which.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "learn/problems.hpp"

namespace fedmeta::learn {

struct GroupCase {
  std::string name;  ///< letters, digits and _
  std::shared_ptr<const model::Network> network;
  Samples samples;
  std::function<std::unique_ptr<Engine>(const model::Network&)> make_engine;
};

std::vector<GroupCase> group_cases();

}  // namespace fedmeta::learn

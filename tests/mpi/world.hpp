// The ranks of a test.
#pragma once

#include "comm/communicator.hpp"

namespace fedmeta::test {

inline const comm::Communicator& world() {
  static const auto all = comm::Communicator::world();
  return all;
}

}  // namespace fedmeta::test

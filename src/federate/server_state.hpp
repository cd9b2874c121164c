// Everything that determines how a training goes on: continuing from a state takes the same steps, bit for
// bit.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "learn/optimizer.hpp"

namespace fedmeta::federate {

/// The cost of the training rounds so far. Part of the state, since the rows of rounds are not kept.
struct Spent {
  std::int64_t bytes = 0;  ///< down and up
  std::int64_t flops = 0;  ///< algorithmic
  double seconds = 0;

  bool operator==(const Spent&) const = default;
};

struct ServerState {
  std::int32_t next_round = 1;
  std::int32_t evaluated = -1;      ///< the last evaluated round; 0 = before the first, -1 = none
  at::Tensor phi;                   ///< [D], fp32, on the device; the root's is the valid one
  learn::OptimizerState optimizer;  ///< the server's; at the root
  std::map<std::int32_t, learn::OptimizerState>
      clients;                 ///< of the clients that this rank trains, if they keep a state
  Spent spent;                 ///< at the root
  std::set<int> reached = {};  ///< views that have reached the target accuracy; at the root
};

/// A state as named numbers and tensors on the CPU, for storing it. Tensors that are there share the state's
/// memory.
struct NamedState {
  std::map<std::string, std::int64_t> numbers;
  std::map<std::string, double> reals;
  std::map<std::string, at::Tensor> tensors;
};

NamedState named(const ServerState& state);
/// The inverse of named(). Throws Error(input) if a name is missing or unknown.
ServerState server_state(const NamedState& named);

}  // namespace fedmeta::federate

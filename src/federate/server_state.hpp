// All that decides the future of a training: whoever goes on from it takes the same steps, to the bit.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "learn/optimizer.hpp"

namespace fedmeta::federate {

/// What the training rounds so far have cost. Part of the state, since rows of rounds are not kept.
struct Spent {
  std::int64_t bytes = 0;  ///< down and up
  std::int64_t flops = 0;  ///< algorithmic
  double seconds = 0;

  bool operator==(const Spent&) const = default;
};

struct ServerState {
  std::int32_t next_round = 1;
  at::Tensor phi;                   ///< [D], fp32, CPU; the root's is the one that counts
  learn::OptimizerState optimizer;  ///< the server's; at the root
  std::map<std::int32_t, learn::OptimizerState>
      clients;                 ///< of those that this rank trains, where they keep one
  Spent spent;                 ///< at the root
  std::set<int> reached = {};  ///< the views that have reached the target accuracy; at the root
};

/// A state as numbers and tensors by name, for whatever writes and reads them. Tensors share the state's
/// memory.
struct NamedState {
  std::map<std::string, std::int64_t> numbers;
  std::map<std::string, double> reals;
  std::map<std::string, at::Tensor> tensors;
};

NamedState named(const ServerState& state);
/// The inverse. Throws Error(input) where a name is missing or unknown.
ServerState server_state(const NamedState& named);

}  // namespace fedmeta::federate

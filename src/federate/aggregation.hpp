// The server's weighted mean of what the clients send, over all ranks.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <span>

#include "comm/communicator.hpp"

namespace fedmeta::federate {

class Aggregation {
 public:
  virtual ~Aggregation() = default;
  /// Takes clients' directions [G, D] with their shares in the mean. May modify or keep them.
  virtual void add(const at::Tensor& directions, std::span<const double> weights) = 0;
  /// Collective. The sum of weight x direction over all ranks, fp32 on the CPU; defined at the root only.
  virtual at::Tensor reduce() = 0;
  /// Terms that a fixed-point sum could not hold, on this rank.
  virtual std::int64_t saturated() const { return 0; }
};

/// For one round of directions of `length` numbers from `clients` clients. Native: MPI_Reduce of floats.
/// Reproducible: int64 fixed point, the same bits for any number of ranks.
std::unique_ptr<Aggregation> make_aggregation(const comm::Communicator& world, std::int64_t length,
                                              std::int64_t clients, bool reproducible);

}  // namespace fedmeta::federate

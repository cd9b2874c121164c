// The server's weighted mean of the clients' directions, over all ranks.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <span>

#include "federate/device_link.hpp"

namespace fedmeta::federate {

class Aggregation {
 public:
  virtual ~Aggregation() = default;
  /// Adds clients' directions [G, D], with their weights in the mean. May modify or keep them.
  virtual void add(const at::Tensor& directions, std::span<const double> weights) = 0;
  /// Returns the sum of all numbers added on this rank, [] fp32 on the device: not finite if one of them is
  /// not. Undefined if none were added.
  virtual at::Tensor total() const = 0;
  /// Collective. Returns the sum of weight x direction over all ranks, [D], fp32 on the device; defined at
  /// the root only.
  virtual at::Tensor reduce() = 0;
  /// Returns the number of this rank's terms that were too large for a fixed-point sum.
  virtual std::int64_t saturated() const { return 0; }
};

/// Returns an aggregation for one round of directions of `length` numbers from `clients` clients. The native
/// one calls MPI_Reduce on floats; the reproducible one sums int64 fixed-point numbers, with the same bits
/// for any number of ranks.
std::unique_ptr<Aggregation> make_aggregation(DeviceLink& link, std::int64_t length, std::int64_t clients,
                                              bool reproducible);

}  // namespace fedmeta::federate

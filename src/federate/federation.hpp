// What a rank contributes to every run: its peers, the clients it can reach, the network and its derivatives.
#pragma once

#include <cstdint>
#include <limits>

#include "comm/communicator.hpp"
#include "hosting/catalogue.hpp"
#include "hosting/shard.hpp"
#include "learn/engine.hpp"
#include "metering/node_meter.hpp"
#include "model/network.hpp"

namespace fedmeta::federate {

struct Federation {
  const comm::Communicator& world;
  const hosting::Catalogue& catalogue;
  hosting::Shard& shard;
  const model::Network& network;
  const learn::Engine& engine;
  at::Device device;
  /// For the vectors of clients that are computed together.
  std::int64_t group_bytes = std::int64_t{1} << 30;
  /// Whether the device has a memory of its own; tests say so on the CPU.
  bool apart = !device.is_cpu();
  /// Told in which phase a run is; null where nobody wants to know.
  metering::NodeMeter* meter = nullptr;
  /// Clients of which a group could be made so far; less once memory has run out.
  mutable std::int64_t most_at_a_time = std::numeric_limits<std::int64_t>::max();
};

}  // namespace fedmeta::federate

// The samples that a rank can reach: those hosted on its node, divided, and copied to its device.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "comm/node_shared.hpp"
#include "data/client.hpp"
#include "data/resident/resident_clients.hpp"
#include "hosting/catalogue.hpp"

namespace fedmeta::hosting {

class Shard {
 public:
  /// Collective. `hosted` are this rank's own clients, in the order of the catalogue, with their samples in
  /// division order (support set first). `device_memory` bounds the bytes of samples on the device.
  Shard(const comm::Communicator& world, const Catalogue& catalogue, std::span<const data::Client> hosted,
        at::Device device, std::optional<std::int64_t> device_memory = {});

  /// Returns the task of a client hosted on this node.
  data::Task task(std::int32_t client);
  /// Returns the client's samples as stored, for methods that count and need no tensors.
  const data::HostClient& host(std::int32_t client) const;

 private:
  comm::Communicator node_;
  std::unique_ptr<comm::NodeShared> memory_;
  std::vector<int> resident_index_;  ///< [clients], -1 for clients on other nodes
  std::unique_ptr<data::ResidentClients> resident_;
};

}  // namespace fedmeta::hosting

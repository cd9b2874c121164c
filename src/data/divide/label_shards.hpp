// Clients made of label-sorted shards, the partition of McMahan et al. 2017 that FedLab's first version used
// (docs/protocols.md 2.6): two shards a client, and so about two classes a client.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/client.hpp"

namespace fedmeta::data {

/// Pools all samples, sorts them by label (ties keep the order of clients and samples), cuts them into 2 n
/// shards of equal size for n = `new_clients`, and deals each new client two random shards by the seed. The
/// new clients are named "s0000", ..., and their samples are sorted by label. Samples after the last whole
/// shard, fewer than 2 n, are left out. The result depends on the arguments and their order alone. Throws
/// Error(input) if there are fewer samples than shards.
std::vector<Client> deal_label_shards(std::vector<Client> clients, std::int64_t new_clients,
                                      std::uint64_t seed);

/// Return the number of samples and the id of dealt clients, which follow from the total numbers of samples
/// and clients. Throw like deal_label_shards.
std::int64_t dealt_samples(std::int64_t samples, std::int64_t new_clients);
std::string dealt_id(std::int64_t index, std::int64_t new_clients);

}  // namespace fedmeta::data

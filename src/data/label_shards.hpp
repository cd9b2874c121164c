// Clients made of label-sorted shards, the partition of McMahan et al. 2017 that FedLab's first version used
// (docs/protocols.md 2.6): two shards a client, and so about two classes a client.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/client.hpp"

namespace fedmeta::data {

/// Pools all samples, sorts them by label (ties in the order of clients and samples), cuts them into 2 n
/// shards of equal size for n clients, and deals each new client two of them by lot from the seed. The new
/// clients are called "s0000", ...; their samples are sorted by label. What is left after the last whole
/// shard, less than 2 n samples, goes to nobody.
/// All clients are needed at once, so this is for whoever has them: the result depends on nothing but the
/// arguments, and their order.
/// Throws Error(input) where there are fewer samples than shards.
std::vector<Client> deal_label_shards(std::vector<Client> clients, std::int64_t new_clients,
                                      std::uint64_t seed);

/// Samples and id of each client that it deals, known from how many samples and clients there are. Throws
/// likewise.
std::int64_t dealt_samples(std::int64_t samples, std::int64_t new_clients);
std::string dealt_id(std::int64_t index, std::int64_t new_clients);

}  // namespace fedmeta::data

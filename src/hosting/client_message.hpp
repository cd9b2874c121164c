// Clients as bytes, for sending them to the rank that hosts them.
#pragma once

#include <vector>

#include "comm/communicator.hpp"
#include "data/client.hpp"

namespace fedmeta::hosting {

void pack(const data::Client& client, comm::Bytes& message);
/// Returns all clients of a message, in the order in which they were packed.
std::vector<data::Client> unpack(const comm::Bytes& message);

}  // namespace fedmeta::hosting

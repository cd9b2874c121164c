// Clients as bytes, for sending them to the rank that hosts them.
#pragma once

#include <vector>

#include "comm/communicator.hpp"
#include "data/client.hpp"

namespace fedmeta::hosting {

void pack(const data::Client& client, comm::Bytes& message);
/// All clients of a message, in the order packed.
std::vector<data::Client> unpack(const comm::Bytes& message);

}  // namespace fedmeta::hosting

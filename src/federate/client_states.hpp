// The states that clients keep, on their way between the ranks that train them and the root.
#pragma once

#include <cstdint>
#include <vector>

#include "comm/communicator.hpp"
#include "federate/server_state.hpp"

namespace fedmeta::federate {

// All are collective. One client's state at a time is in memory twice, since those of all may not fit at the
// root.

/// Returns the clients of which any rank keeps a state, sorted.
std::vector<std::int32_t> clients_with_states(const comm::Communicator& world, const ServerState& state);
/// Returns the state of a client at the root, on the CPU.
learn::OptimizerState gather_client(const comm::Communicator& world, const ServerState& state,
                                    std::int32_t client);
/// Returns the state that the root has, at the rank `to`; elsewhere nothing.
learn::OptimizerState send_client(const comm::Communicator& world, const learn::OptimizerState& state,
                                  int to);

}  // namespace fedmeta::federate

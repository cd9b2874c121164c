// One number for all that was loaded, by which a run that goes on knows its data again.
#pragma once

#include <cstdint>

#include "comm/communicator.hpp"
#include "hosting/loading.hpp"

namespace fedmeta::hosting {

/// Collective. Returns a hash of every client's samples in division order, and of the word vectors, at the
/// root. It does not depend on the number of ranks, nor on which files the samples come from.
std::uint64_t data_fingerprint(const comm::Communicator& world, const Loaded& loaded);

}  // namespace fedmeta::hosting

// A client's random numbers.
#pragma once

#include <cstdint>

#include "base/random.hpp"
#include "hosting/catalogue.hpp"

namespace fedmeta::federate {

/// Named by the purpose, the run's seed, the round and the client's id: the same on whatever rank the client
/// is, and whoever else takes part.
inline Random client_stream(const hosting::Catalogue& catalogue, const char* purpose, std::int64_t seed,
                            std::int64_t round, std::int32_t client) {
  return Random(static_cast<std::uint64_t>(seed), purpose,
                {static_cast<std::uint64_t>(round), hash(catalogue[client].id)});
}

/// The order in which a client goes through its support set when it adapts after `round`; without a server,
/// after round 0.
inline Random adaptation_order(const hosting::Catalogue& catalogue, std::int64_t seed, std::int64_t round,
                               std::int32_t client) {
  return client_stream(catalogue, "adaptation order", seed, round, client);
}

}  // namespace fedmeta::federate

// A client's random numbers.
#pragma once

#include <cstdint>

#include "base/random.hpp"
#include "hosting/catalogue.hpp"

namespace fedmeta::federate {

/// Returns random numbers that depend only on the purpose, the run's seed, the round and the client's id: not
/// on the rank that has the client, nor on who else takes part.
inline Random client_stream(const hosting::Catalogue& catalogue, const char* purpose, std::int64_t seed,
                            std::int64_t round, std::int32_t client) {
  return Random(static_cast<std::uint64_t>(seed), purpose,
                {static_cast<std::uint64_t>(round), hash(catalogue[client].id)});
}

/// Draws the order in which a client uses its support set when it adapts after `round`; without a server,
/// after round 0.
inline Random adaptation_order(const hosting::Catalogue& catalogue, std::int64_t seed, std::int64_t round,
                               std::int32_t client) {
  return client_stream(catalogue, "adaptation order", seed, round, client);
}

}  // namespace fedmeta::federate

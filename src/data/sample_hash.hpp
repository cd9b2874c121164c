// Hashes to find equal samples: XXH3 of their bytes. Never stored.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "data/client.hpp"

namespace fedmeta::data {

std::uint64_t hash_bytes(std::string_view bytes);
template <class T>
std::uint64_t hash_values(std::span<const T> values) {
  return hash_bytes({reinterpret_cast<const char*>(values.data()), values.size_bytes()});
}
/// Returns a hash of two hashes in this order.
std::uint64_t hash_pair(std::uint64_t first, std::uint64_t second);

/// Returns a hash of each sample as it is stored, including its label.
std::vector<std::uint64_t> sample_hashes(const Client& client);

/// Counts the query samples of a divided client that equal one of its first `support` samples.
std::int64_t equal_query_samples(const Client& client, std::int32_t support);

}  // namespace fedmeta::data

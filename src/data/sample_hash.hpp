// Hashes to find equal samples. They differ between machines and are never stored.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "data/client.hpp"

namespace fedmeta::data {

inline std::uint64_t hash_bytes(std::string_view bytes) {
  return std::hash<std::string_view>{}(bytes);
}
template <class T>
std::uint64_t hash_values(std::span<const T> values) {
  return hash_bytes({reinterpret_cast<const char*>(values.data()), values.size_bytes()});
}
/// Returns a hash of two hashes in this order.
inline std::uint64_t hash_pair(std::uint64_t first, std::uint64_t second) {
  return (first ^ (second + 0x9e3779b97f4a7c15ULL)) * 0xff51afd7ed558ccdULL ^ (first >> 32);
}

/// Returns a hash of each sample as it is stored, including its label.
std::vector<std::uint64_t> sample_hashes(const Client& client);

/// Counts the query samples of a divided client that equal one of its first `support` samples.
std::int64_t equal_query_samples(const Client& client, std::int32_t support);

}  // namespace fedmeta::data

#include "data/sample_hash.hpp"

#include <xxhash.h>

#include <algorithm>
#include <array>
#include <unordered_set>

#include "data/sets/shakespeare.hpp"

namespace fedmeta::data {
namespace {

template <class T>
std::span<const T> sample_of(const std::vector<T>& values, std::size_t samples, std::size_t index) {
  const auto width = values.size() / samples;
  return std::span(values).subspan(index * width, width);
}

std::span<const std::uint8_t> sample_of(const Windows& windows, std::size_t, std::size_t index) {
  return std::span(windows.text).subspan(static_cast<std::size_t>(windows.start[index]), window_width);
}

}  // namespace

std::uint64_t hash_bytes(std::string_view bytes) {
  return XXH3_64bits(bytes.data(), bytes.size());
}

std::uint64_t hash_pair(std::uint64_t first, std::uint64_t second) {
  const std::array pair{first, second};
  return XXH3_64bits(pair.data(), sizeof pair);
}

std::vector<std::uint64_t> sample_hashes(const Client& client) {
  std::vector<std::uint64_t> hashes;
  const auto samples = client.labels.size();
  hashes.reserve(samples);
  std::visit(
      [&](const auto& features) {
        for (std::size_t i = 0; i < samples; ++i)
          hashes.push_back(hash_pair(hash_values(sample_of(features, samples, i)),
                                     static_cast<std::uint64_t>(client.labels[i])));
      },
      client.features);
  return hashes;
}

std::int64_t equal_query_samples(const Client& client, std::int32_t support) {
  const auto hashes = sample_hashes(client);
  const auto query = hashes.begin() + support;
  const std::unordered_set<std::uint64_t> known(hashes.begin(), query);
  return std::count_if(query, hashes.end(), [&](auto hash) { return known.contains(hash); });
}

}  // namespace fedmeta::data

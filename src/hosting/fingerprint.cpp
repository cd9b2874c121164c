#include "hosting/fingerprint.hpp"

#include <algorithm>
#include <span>
#include <string_view>
#include <vector>

#include "data/sample_hash.hpp"

namespace fedmeta::hosting {
namespace {

struct ClientHash {
  std::uint64_t name, samples;
  auto operator<=>(const ClientHash&) const = default;
};

std::uint64_t hash_of(const at::Tensor& vectors) {
  if (!vectors.defined()) return 0;
  return data::hash_bytes({static_cast<const char*>(vectors.const_data_ptr()), vectors.nbytes()});
}

}  // namespace

std::uint64_t data_fingerprint(const comm::Communicator& world, const Loaded& loaded) {
  std::vector<ClientHash> mine;
  for (const auto& client : loaded.hosted) {
    const auto samples = data::sample_hashes(client);
    mine.push_back({data::hash_bytes(client.id), data::hash_values(std::span(samples))});
  }
  auto all = world.gather_lists(std::span<const ClientHash>(mine));
  std::ranges::sort(all);
  return data::hash_pair(data::hash_values(std::span<const ClientHash>(all)),
                         world.root() ? hash_of(loaded.vectors.tensor(at::kCPU)) : 0);
}

}  // namespace fedmeta::hosting

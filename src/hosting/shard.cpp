#include "hosting/shard.hpp"

#include <algorithm>
#include <cstring>

namespace fedmeta::hosting {
namespace {

std::size_t align(std::size_t bytes) {
  return (bytes + 63) / 64 * 64;
}

/// Returns the bytes of a client's features; of windows, those of the starts and the text.
std::size_t feature_bytes(const CatalogueClient& client, std::int64_t width) {
  const auto samples = static_cast<std::size_t>(client.samples);
  const auto values = samples * static_cast<std::size_t>(width);
  switch (client.storage) {
    case data::Storage::bytes:
      return values;
    case data::Storage::floats:
      return values * sizeof(float);
    case data::Storage::indices:
      return values * sizeof(std::int32_t);
    case data::Storage::windows:
      break;
  }
  return samples * sizeof(std::int32_t) + static_cast<std::size_t>(client.text);
}

std::size_t label_bytes(const CatalogueClient& client) {
  return static_cast<std::size_t>(client.samples) * sizeof(std::int32_t);
}

std::size_t total_bytes(const CatalogueClient& client, std::int64_t width) {
  return align(feature_bytes(client, width)) + align(label_bytes(client));
}

template <class T>
void store_features(const std::vector<T>& values, std::byte* at) {
  std::memcpy(at, values.data(), values.size() * sizeof(T));
}

void store_features(const data::Windows& windows, std::byte* at) {
  store_features(windows.start, at);
  store_features(windows.text, at + windows.start.size() * sizeof(std::int32_t));
}

void store(const data::Client& client, const CatalogueClient& entry, std::int64_t width, std::byte* at) {
  std::visit([&](const auto& values) { store_features(values, at); }, client.features);
  std::memcpy(at + align(feature_bytes(entry, width)), client.labels.data(), label_bytes(entry));
}

}  // namespace

Shard::Shard(const comm::Communicator& world, const Catalogue& catalogue,
             std::span<const data::Client> hosted, at::Device device,
             std::optional<std::int64_t> device_memory)
    : node_(world.node()), resident_index_(catalogue.clients.size(), -1) {
  const auto width = catalogue.form.width;
  std::size_t mine = 0;
  for (const auto& client : catalogue.clients)
    if (client.home == world.rank()) mine += total_bytes(client, width);
  memory_ = std::make_unique<comm::NodeShared>(node_, mine);

  // Each rank's segment holds its clients one after the other, in the order of the catalogue.
  const auto world_rank_of = node_.all_gather(world.rank());  // by rank of the node
  std::vector<std::size_t> filled(world_rank_of.size(), 0);
  std::vector<data::HostClient> host;
  auto next = hosted.begin();
  for (std::size_t i = 0; i < catalogue.clients.size(); ++i) {
    const auto& client = catalogue.clients[i];
    const auto found = std::find(world_rank_of.begin(), world_rank_of.end(), client.home);
    if (found == world_rank_of.end()) continue;
    const auto node_rank = static_cast<std::size_t>(found - world_rank_of.begin());
    const auto begin = filled[node_rank];
    filled[node_rank] += total_bytes(client, width);
    if (client.home == world.rank()) store(*next++, client, width, memory_->mine().data() + begin);
    const std::byte* at = memory_->of(static_cast<int>(node_rank)).data() + begin;
    const auto* labels = reinterpret_cast<const std::int32_t*>(at + align(feature_bytes(client, width)));
    resident_index_[i] = static_cast<int>(host.size());
    host.push_back({at, labels, client.samples, client.support, client.storage, client.text});
  }
  memory_->publish();
  resident_ = std::make_unique<data::ResidentClients>(catalogue.form, std::move(host),
                                                      data::on_device(device, device_memory));
}

data::Task Shard::task(std::int32_t client) {
  return resident_->task(static_cast<std::size_t>(resident_index_[static_cast<std::size_t>(client)]));
}

const data::HostClient& Shard::host(std::int32_t client) const {
  return resident_->host(static_cast<std::size_t>(resident_index_[static_cast<std::size_t>(client)]));
}

}  // namespace fedmeta::hosting

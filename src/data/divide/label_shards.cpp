#include "data/divide/label_shards.hpp"

#include <algorithm>
#include <numeric>
#include <span>
#include <utility>

#include "base/error.hpp"
#include "base/random.hpp"
#include "data/stand_in/generated_size.hpp"

namespace fedmeta::data {
namespace {

constexpr std::size_t shards_per_client = 2;

Client pooled(std::vector<Client> clients) {
  Client pool;
  for (Client& client : clients) {
    if (client.labels.empty()) continue;
    if (pool.labels.empty())
      pool = std::exchange(client, {});
    else
      append(pool, std::exchange(client, {}));
  }
  return pool;
}

std::vector<std::int32_t> sorted_by_label(const std::vector<std::int32_t>& labels) {
  std::vector<std::int32_t> order(labels.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](std::int32_t a, std::int32_t b) {
    return labels[static_cast<std::size_t>(a)] < labels[static_cast<std::size_t>(b)];
  });
  return order;
}

Client chosen(const Client& pool, const std::string& id, const std::vector<std::int32_t>& rows) {
  Client client{id, select_rows(pool.features, pool.labels.size(), rows), {}};
  for (const auto row : rows) client.labels.push_back(pool.labels[static_cast<std::size_t>(row)]);
  return client;
}

/// Samples of a shard.
std::size_t shard_size(std::int64_t samples, std::int64_t new_clients) {
  const auto count = static_cast<std::int64_t>(shards_per_client) * std::max<std::int64_t>(new_clients, 0);
  if (count == 0 || samples < count)
    throw Error(Status::input, "fewer samples than shards",
                std::to_string(samples) + " samples, " + std::to_string(count) + " shards",
                "give more data, or ask for fewer clients");
  return static_cast<std::size_t>(samples / count);
}

}  // namespace

std::int64_t dealt_samples(std::int64_t samples, std::int64_t new_clients) {
  return static_cast<std::int64_t>(shards_per_client * shard_size(samples, new_clients));
}

std::string dealt_id(std::int64_t index, std::int64_t new_clients) {
  return numbered_id("s", index, new_clients);
}

std::vector<Client> deal_label_shards(std::vector<Client> clients, std::int64_t new_clients,
                                      std::uint64_t seed) {
  const Client pool = pooled(std::move(clients));
  const auto order = sorted_by_label(pool.labels);
  const auto size = shard_size(std::ssize(order), new_clients);
  std::vector<std::size_t> shards(shards_per_client * static_cast<std::size_t>(new_clients));
  std::iota(shards.begin(), shards.end(), std::size_t{0});
  Random random(seed, "label shards");
  shuffle(shards, random);

  std::vector<Client> dealt;
  for (std::int64_t i = 0; i < new_clients; ++i) {
    const auto hand = std::span(shards).subspan(shards_per_client * dealt.size(), shards_per_client);
    std::sort(hand.begin(), hand.end());
    std::vector<std::int32_t> rows;
    for (const auto shard : hand) {
      const auto begin = order.begin() + static_cast<std::ptrdiff_t>(shard * size);
      rows.insert(rows.end(), begin, begin + static_cast<std::ptrdiff_t>(size));
    }
    dealt.push_back(chosen(pool, dealt_id(i, new_clients), rows));
  }
  return dealt;
}

}  // namespace fedmeta::data

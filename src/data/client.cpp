#include "data/client.hpp"

#include <utility>

namespace fedmeta::data {

ClientSize size_of(const Client& client) {
  const auto* windows = std::get_if<Windows>(&client.features);
  return {std::ssize(client.labels), storage_of(client.features), windows ? std::ssize(windows->text) : 0};
}

void append(Client& client, Client&& more) {
  append(client.features, std::move(more.features));
  client.labels.insert(client.labels.end(), more.labels.begin(), more.labels.end());
}

void select(Client& client, std::span<const std::int32_t> rows) {
  if (client.labels.empty()) return;
  client.features = select_rows(client.features, client.labels.size(), rows);
  std::vector<std::int32_t> labels;
  for (const auto row : rows) labels.push_back(client.labels[static_cast<std::size_t>(row)]);
  client.labels = std::move(labels);
}

}  // namespace fedmeta::data

#include "data/client.hpp"

#include <utility>

namespace fedmeta::data {

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

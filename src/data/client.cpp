#include "data/client.hpp"

#include <utility>

namespace fedmeta::data {
namespace {

template <class T>
std::vector<T> chosen(const std::vector<T>& values, std::span<const std::int32_t> rows) {
  std::vector<T> kept;
  kept.reserve(rows.size());
  for (const auto row : rows) kept.push_back(values[static_cast<std::size_t>(row)]);
  return kept;
}

}  // namespace

ClientSize size_of(const Client& client) {
  const auto* windows = std::get_if<Windows>(&client.features);
  return {std::ssize(client.labels), storage_of(client.features), windows ? std::ssize(windows->text) : 0};
}

std::set<std::int32_t> different_labels(const Client& client) {
  return {client.labels.begin(), client.labels.end()};
}

void append(Client& client, Client&& more) {
  append(client.features, std::move(more.features));
  client.labels.insert(client.labels.end(), more.labels.begin(), more.labels.end());
  client.origins.insert(client.origins.end(), more.origins.begin(), more.origins.end());
}

void select(Client& client, std::span<const std::int32_t> rows) {
  if (client.labels.empty()) return;
  client.features = select_rows(client.features, client.labels.size(), rows);
  client.labels = chosen(client.labels, rows);
  if (!client.origins.empty()) client.origins = chosen(client.origins, rows);
}

}  // namespace fedmeta::data

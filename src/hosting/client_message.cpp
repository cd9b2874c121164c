#include "hosting/client_message.hpp"

#include <cstring>

namespace fedmeta::hosting {
namespace {

template <class Container>
void put(const Container& values, comm::Bytes& message) {
  const std::uint64_t count = values.size();
  const auto bytes = count * sizeof(typename Container::value_type);
  const auto begin = message.size();
  message.resize(begin + sizeof(count) + bytes);
  std::memcpy(message.data() + begin, &count, sizeof(count));
  if (count > 0) std::memcpy(message.data() + begin + sizeof(count), values.data(), bytes);
}

template <class Container>
Container take(const comm::Bytes& message, std::size_t& at) {
  std::uint64_t count = 0;
  std::memcpy(&count, message.data() + at, sizeof(count));
  Container values(count, typename Container::value_type{});
  const auto bytes = count * sizeof(typename Container::value_type);
  if (count > 0) std::memcpy(values.data(), message.data() + at + sizeof(count), bytes);
  at += sizeof(count) + bytes;
  return values;
}

template <class T>
void put_features(const std::vector<T>& values, comm::Bytes& message) {
  put(values, message);
}

void put_features(const data::Windows& windows, comm::Bytes& message) {
  put(windows.text, message);
  put(windows.start, message);
}

data::Features take_features(data::Storage storage, const comm::Bytes& message, std::size_t& at) {
  switch (storage) {
    case data::Storage::bytes:
      return take<data::Bytes>(message, at);
    case data::Storage::floats:
      return take<data::Floats>(message, at);
    case data::Storage::indices:
      return take<data::Indices>(message, at);
    case data::Storage::windows:
      break;
  }
  auto text = take<data::Bytes>(message, at);
  return data::Windows{std::move(text), take<data::Indices>(message, at)};
}

}  // namespace

void pack(const data::Client& client, comm::Bytes& message) {
  put(client.id, message);
  put(client.labels, message);
  put(client.origins, message);
  put(std::string(1, static_cast<char>(client.features.index())), message);
  std::visit([&](const auto& values) { put_features(values, message); }, client.features);
}

std::vector<data::Client> unpack(const comm::Bytes& message) {
  std::vector<data::Client> clients;
  for (std::size_t at = 0; at < message.size();) {
    data::Client client;
    client.id = take<std::string>(message, at);
    client.labels = take<std::vector<std::int32_t>>(message, at);
    client.origins = take<std::vector<std::uint64_t>>(message, at);
    const auto storage = static_cast<data::Storage>(take<std::string>(message, at).front());
    client.features = take_features(storage, message, at);
    clients.push_back(std::move(client));
  }
  return clients;
}

}  // namespace fedmeta::hosting

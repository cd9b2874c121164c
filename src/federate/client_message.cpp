#include "federate/client_message.hpp"

#include <cstring>

namespace fedmeta::federate {
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

using ByteFeatures = std::vector<std::uint8_t>;
using FloatFeatures = std::vector<float>;

}  // namespace

void pack(const data::Client& client, comm::Bytes& message) {
  put(client.id, message);
  put(client.labels, message);
  const bool bytes = std::holds_alternative<ByteFeatures>(client.features);
  put(std::string(1, bytes ? 'b' : 'f'), message);
  std::visit([&](const auto& values) { put(values, message); }, client.features);
}

std::vector<data::Client> unpack(const comm::Bytes& message) {
  std::vector<data::Client> clients;
  for (std::size_t at = 0; at < message.size();) {
    data::Client client;
    client.id = take<std::string>(message, at);
    client.labels = take<std::vector<std::int32_t>>(message, at);
    if (take<std::string>(message, at) == "b")
      client.features = take<ByteFeatures>(message, at);
    else
      client.features = take<FloatFeatures>(message, at);
    clients.push_back(std::move(client));
  }
  return clients;
}

}  // namespace fedmeta::federate

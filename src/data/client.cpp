#include "data/client.hpp"

#include <type_traits>
#include <utility>

namespace fedmeta::data {

std::vector<float> to_floats(Features features) {
  if (auto* floats = std::get_if<std::vector<float>>(&features)) return std::move(*floats);
  const auto& bytes = std::get<std::vector<std::uint8_t>>(features);
  std::vector<float> floats(bytes.size());
  for (std::size_t i = 0; i < bytes.size(); ++i) floats[i] = static_cast<float>(bytes[i]) / 255.0F;
  return floats;
}

void append(Client& client, Client&& more) {
  if (client.features.index() != more.features.index()) {
    client.features = to_floats(std::move(client.features));
    more.features = to_floats(std::move(more.features));
  }
  std::visit(
      [&more](auto& own) {
        const auto& added = std::get<std::remove_reference_t<decltype(own)>>(more.features);
        own.insert(own.end(), added.begin(), added.end());
      },
      client.features);
  client.labels.insert(client.labels.end(), more.labels.begin(), more.labels.end());
}

}  // namespace fedmeta::data

#include "federate/server_state.hpp"

#include <charconv>
#include <string_view>

#include "base/error.hpp"

namespace fedmeta::federate {
namespace {

constexpr std::string_view server_prefix = "optimizer/", client_prefix = "client/";

[[noreturn]] void fail(const std::string& name) {
  throw Error(Status::input, "the state of a training does not hold what it should", name,
              "start the training anew");
}

template <class Map>
const auto& value_of(const Map& named, const std::string& name) {
  const auto found = named.find(name);
  if (found == named.end()) fail(name);
  return found->second;
}

}  // namespace

NamedState named(const ServerState& state) {
  NamedState named{{{"next_round", state.next_round}}, {{"phi", state.phi}}};
  for (const auto& [name, tensor] : state.optimizer)
    named.tensors[std::string(server_prefix) + name] = tensor;
  for (const auto& [client, kept] : state.clients)
    for (const auto& [name, tensor] : kept)
      named.tensors[std::string(client_prefix) + std::to_string(client) + '/' + name] = tensor;
  return named;
}

ServerState server_state(const NamedState& named) {
  ServerState state;
  state.next_round = static_cast<std::int32_t>(value_of(named.numbers, "next_round"));
  state.phi = value_of(named.tensors, "phi");
  for (const auto& [name, tensor] : named.tensors) {
    if (name == "phi") continue;
    if (name.starts_with(server_prefix)) {
      state.optimizer[name.substr(server_prefix.size())] = tensor;
      continue;
    }
    const auto slash = name.find('/', client_prefix.size());
    std::int32_t client = 0;
    const char* const last = name.data() + slash;
    if (!name.starts_with(client_prefix) || slash == std::string::npos ||
        std::from_chars(name.data() + client_prefix.size(), last, client).ptr != last)
      fail(name);
    state.clients[client][name.substr(slash + 1)] = tensor;
  }
  return state;
}

}  // namespace fedmeta::federate

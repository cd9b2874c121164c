#include "federate/server_state.hpp"

#include <ATen/ATen.h>

#include <charconv>
#include <string_view>

#include "base/error.hpp"

namespace fedmeta::federate {
namespace {

constexpr std::string_view server_prefix = "optimizer/", client_prefix = "client/",
                           reached_prefix = "reached/";

[[noreturn]] void fail(const std::string& name) {
  throw Error(Status::input, "the state of a training does not hold what it should", name,
              "start the training anew");
}

/// Returns the number between `begin` and `end` of a name.
std::int32_t number_in(const std::string& name, std::size_t begin, std::size_t end) {
  std::int32_t number = 0;
  const char* const last = name.data() + end;
  if (begin >= end || std::from_chars(name.data() + begin, last, number).ptr != last) fail(name);
  return number;
}

template <class Map>
const auto& value_of(const Map& named, const std::string& name) {
  const auto found = named.find(name);
  if (found == named.end()) fail(name);
  return found->second;
}

at::Tensor on_cpu(const at::Tensor& tensor) {
  return tensor.defined() ? tensor.cpu() : tensor;
}

}  // namespace

NamedState named(const ServerState& state) {
  NamedState named;
  named.numbers = {{"next_round", state.next_round},
                   {"evaluated", state.evaluated},
                   {"spent/bytes", state.spent.bytes},
                   {"spent/flops", state.spent.flops}};
  for (const int view : state.reached) named.numbers[std::string(reached_prefix) + std::to_string(view)] = 1;
  named.reals = {{"spent/seconds", state.spent.seconds}};
  named.tensors = {{"phi", on_cpu(state.phi)}};
  for (const auto& [name, tensor] : state.optimizer)
    named.tensors[std::string(server_prefix) + name] = on_cpu(tensor);
  for (const auto& [client, kept] : state.clients)
    for (const auto& [name, tensor] : kept)
      named.tensors[std::string(client_prefix) + std::to_string(client) + '/' + name] = on_cpu(tensor);
  return named;
}

ServerState server_state(const NamedState& named) {
  ServerState state;
  state.next_round = static_cast<std::int32_t>(value_of(named.numbers, "next_round"));
  state.evaluated = static_cast<std::int32_t>(value_of(named.numbers, "evaluated"));
  state.spent = {value_of(named.numbers, "spent/bytes"), value_of(named.numbers, "spent/flops"),
                 value_of(named.reals, "spent/seconds")};
  for (const auto& [name, number] : named.numbers)
    if (name.starts_with(reached_prefix))
      state.reached.insert(number_in(name, reached_prefix.size(), name.size()));
  state.phi = value_of(named.tensors, "phi");
  for (const auto& [name, tensor] : named.tensors) {
    if (name == "phi") continue;
    if (name.starts_with(server_prefix)) {
      state.optimizer[name.substr(server_prefix.size())] = tensor;
      continue;
    }
    const auto slash = name.find('/', client_prefix.size());
    if (!name.starts_with(client_prefix) || slash == std::string::npos) fail(name);
    state.clients[number_in(name, client_prefix.size(), slash)][name.substr(slash + 1)] = tensor;
  }
  return state;
}

}  // namespace fedmeta::federate

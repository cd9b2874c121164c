#include "federate/client_states.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <cstring>
#include <set>
#include <span>
#include <string>

namespace fedmeta::federate {
namespace {

void put(comm::Bytes& bytes, const void* data, std::size_t size) {
  const auto* first = static_cast<const std::byte*>(data);
  bytes.insert(bytes.end(), first, first + size);
}
void put(comm::Bytes& bytes, std::int64_t number) {
  put(bytes, &number, sizeof number);
}

/// Name, axes, lengths and fp32 values of each tensor.
comm::Bytes pack(const learn::OptimizerState& state) {
  comm::Bytes bytes;
  for (const auto& [name, tensor] : state) {
    const auto here = tensor.to(at::kCPU, at::kFloat).contiguous();
    put(bytes, std::ssize(name));
    put(bytes, name.data(), name.size());
    put(bytes, here.dim());
    for (const auto length : here.sizes()) put(bytes, length);
    put(bytes, here.const_data_ptr(), here.nbytes());
  }
  return bytes;
}

/// The inverse.
class Unpacker {
 public:
  explicit Unpacker(std::span<const std::byte> bytes) : left_(bytes) {}

  learn::OptimizerState state() {
    learn::OptimizerState state;
    while (!left_.empty()) {
      std::string name(static_cast<std::size_t>(number()), '\0');
      take(name.data(), name.size());
      std::vector<std::int64_t> lengths(static_cast<std::size_t>(number()));
      for (auto& length : lengths) length = number();
      auto tensor = at::empty(lengths, at::kFloat);
      take(tensor.mutable_data_ptr(), tensor.nbytes());
      state[name] = tensor;
    }
    return state;
  }

 private:
  void take(void* into, std::size_t size) {
    if (size > 0) std::memcpy(into, left_.data(), size);
    left_ = left_.subspan(size);
  }
  std::int64_t number() {
    std::int64_t value = 0;
    take(&value, sizeof value);
    return value;
  }

  std::span<const std::byte> left_;
};

}  // namespace

std::vector<std::int32_t> clients_with_states(const comm::Communicator& world, const ServerState& state) {
  std::vector<std::int32_t> mine;
  for (const auto& [client, kept] : state.clients)
    if (!kept.empty()) mine.push_back(client);
  std::set<std::int32_t> all;
  for (const auto& of_rank : world.all_gather_lists(std::span<const std::int32_t>(mine)))
    all.insert(of_rank.begin(), of_rank.end());
  return {all.begin(), all.end()};
}

learn::OptimizerState gather_client(const comm::Communicator& world, const ServerState& state,
                                    std::int32_t client) {
  const auto found = state.clients.find(client);
  const auto mine = found == state.clients.end() ? comm::Bytes() : pack(found->second);
  const auto bytes = world.gather_lists(std::span<const std::byte>(mine));
  return Unpacker(bytes).state();
}

learn::OptimizerState send_client(const comm::Communicator& world, const learn::OptimizerState& state,
                                  int to) {
  std::vector<comm::Bytes> to_each(static_cast<std::size_t>(world.size()));
  if (world.root()) to_each[static_cast<std::size_t>(to)] = pack(state);
  const auto from_each = world.exchange(to_each);
  return Unpacker(from_each.front()).state();
}

}  // namespace fedmeta::federate

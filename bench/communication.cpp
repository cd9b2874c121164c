// Broadcast and reduction for several message lengths, by the calls that a round makes.
#include <ATen/ATen.h>

#include <array>

#include "federate/aggregation.hpp"
#include "federate/device_link.hpp"
#include "suite.hpp"

namespace fedmeta::bench {
namespace {

/// Numbers per message; the last is about FEMNIST's P.
constexpr std::array<std::int64_t, 4> lengths{1 << 10, 1 << 16, 1 << 20, 6'603'710};

Body broadcast(const Machine& machine, std::int64_t length) {
  return [&, length](benchmark::State& state) {
    std::vector<float> message(static_cast<std::size_t>(length), 1);
    const Work work{.bytes = static_cast<double>(std::span(message).size_bytes())};
    measure(state, machine, work, [&] { machine.world.broadcast(message); });
  };
}

/// Sums one weighted direction from every rank.
Body reduction(const Machine& machine, std::int64_t length, bool reproducible) {
  return [&, length, reproducible](benchmark::State& state) {
    const int clients = machine.world.size();
    const Work work{.bytes =
                        static_cast<double>(length) * (reproducible ? sizeof(std::int64_t) : sizeof(float))};
    auto direction = at::empty({1, length}, at::kFloat);
    federate::DeviceLink link(machine.world, at::kCPU, /*apart=*/false);
    std::unique_ptr<federate::Aggregation> aggregation;
    const auto prepare = [&] {
      direction.fill_(1);  // the sum may overwrite it
      aggregation = federate::make_aggregation(link, length, clients, reproducible);
    };
    const auto call = [&] {
      aggregation->add(direction, std::array{1.0 / clients});
      aggregation->reduce();
    };
    measure(state, machine, work, call, prepare);
  };
}

}  // namespace

void add_communication(const Machine& machine) {
  if (machine.world.size() == 1) return;  // there is nobody to talk to
  for (const auto length : lengths) {
    const auto end = "/length:" + std::to_string(length);
    add("broadcast" + end, broadcast(machine, length));
    add("reduction/native" + end, reduction(machine, length, false));
    add("reduction/reproducible" + end, reduction(machine, length, true));
  }
}

}  // namespace fedmeta::bench

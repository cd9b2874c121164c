#include "app/rates.hpp"

#include <ATen/ATen.h>
#include <ATen/detail/CUDAHooksInterface.h>

#include <algorithm>
#include <numeric>

#include "cost/median_seconds.hpp"

namespace fedmeta::app {
namespace {

/// Median seconds of a collective call until the last rank has done it. At the root.
template <class Call>
double collective_seconds(const comm::Communicator& world, Call&& call) {
  world.wait_for_all();
  const auto of_ranks = world.gather(cost::median_seconds(5, call));
  return world.root() ? *std::max_element(of_ranks.begin(), of_ranks.end()) : 0;
}

}  // namespace

void wait_for_device(at::Device device) {
  if (device.is_cuda()) at::detail::getCUDAHooks().deviceSynchronize(device.index());
}

double memory_bytes_per_second(at::Device device) {
  constexpr std::int64_t length = 1 << 24;
  const auto vector = [&] { return at::ones({length}, at::TensorOptions(device).dtype(at::kFloat)); };
  auto a = vector();
  const auto b = vector(), c = vector();
  const auto rate = [&](int vectors_moved, const auto& kernel) {
    const double seconds = cost::median_seconds(5, [&] {
      kernel();
      wait_for_device(device);
    });
    return vectors_moved * static_cast<double>(length * sizeof(float)) / seconds;
  };
  return std::max({rate(2, [&] { a.copy_(b); }), rate(3, [&] { at::add_out(a, b, c, 0.5); }),
                   rate(3, [&] { a.add_(b, 0.5); })});
}

cost::MachineRates measure_rates(const comm::Communicator& world, std::int64_t length) {
  cost::MachineRates rates;
  world.wait_for_all();
  const auto memory = world.gather(memory_bytes_per_second(at::kCPU));
  if (world.root()) rates.memory_bytes_per_second = memory.front();
  if (world.size() == 1) return rates;

  std::vector<float> message(static_cast<std::size_t>(length));
  const std::span<float> all(message), one(message.data(), 1);
  const double shortest = collective_seconds(world, [&] { world.broadcast(one); });
  const double broadcast = collective_seconds(world, [&] { world.broadcast(all); });
  const double reduction = collective_seconds(world, [&] { world.reduce_sum(all); });
  const auto rate = [&](double seconds) {
    return static_cast<double>(all.size_bytes()) / std::max(seconds - shortest, shortest);
  };
  rates.latency = shortest / cost::tree_levels(world.size());
  rates.broadcast_bytes_per_second = rate(broadcast);
  rates.reduction_bytes_per_second = rate(reduction);
  return rates;
}

}  // namespace fedmeta::app

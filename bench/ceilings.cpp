// Measures the machine itself, to which all ratios refer.
#include <ATen/ATen.h>
#include <mpi.h>

#include <algorithm>

#include "comm/session.hpp"
#include "cost/median_seconds.hpp"
#include "device/cuda.hpp"
#include "device/gemm_rate.hpp"
#include "programs/bench/machine.hpp"
#include "suite.hpp"

namespace fedmeta::bench {
namespace {

using Rate = double (*)(at::Device device);

/// Returns the best rate of copy, triad and update in place on vectors of 64 MiB. As in McCalpin's STREAM,
/// counts the bytes that a kernel reads and writes by its formula.
double memory_bytes_per_second(at::Device device) {
  constexpr std::int64_t length = 1 << 24;
  const auto vector = [&] { return at::ones({length}, at::TensorOptions(device).dtype(at::kFloat)); };
  auto a = vector();
  const auto b = vector(), c = vector();
  const auto rate = [&](int vectors_moved, const auto& kernel) {
    const double seconds = cost::median_seconds(5, [&] {
      kernel();
      device::synchronise(device);
    });
    return vectors_moved * static_cast<double>(length * sizeof(float)) / seconds;
  };
  return std::max({rate(2, [&] { a.copy_(b); }), rate(3, [&] { at::add_out(a, b, c, 0.5); }),
                   rate(3, [&] { a.add_(b, 0.5); })});
}

/// Measures a rate on all ranks at once. Returns the sum, on all ranks.
double of_all_ranks(const comm::Communicator& world, at::Device device, Rate rate) {
  world.wait_for_all();
  double sum = rate(device);
  comm::check(MPI_Allreduce(MPI_IN_PLACE, &sum, 1, MPI_DOUBLE, MPI_SUM, world.handle()), "MPI_Allreduce");
  return sum;
}

/// Measures a ceiling again at the end: `ceiling_ratio` then shows how steady the machine was.
Body again(const Machine& machine, Rate rate, const char* counter, double Ceilings::*ceiling) {
  return [=, &machine](benchmark::State& state) {
    double now = 0;
    for ([[maybe_unused]] auto iteration : state) {
      const cost::Stopwatch clock;
      now = of_all_ranks(machine.world, machine.device, rate);
      state.SetIterationTime(clock.seconds());
    }
    state.counters["flops_per_second"] = state.counters["bytes_per_second"] = state.counters["efficiency"] =
        0;
    state.counters[counter] = now;
    state.counters["ceiling_ratio"] = now / (machine.ceilings.*ceiling);
  };
}

double sgemm_flops_per_second(at::Device device) {
  return device::gemm_flops_per_second(device);
}

}  // namespace

Ceilings measure_ceilings(const comm::Communicator& world, at::Device device) {
  return {.flops_per_second = of_all_ranks(world, device, sgemm_flops_per_second),
          .bytes_per_second = of_all_ranks(world, device, memory_bytes_per_second)};
}

void add_ceilings(const Machine& machine) {
  // Only a fixed number of iterations is the same on all ranks, since their clocks differ.
  add("ceiling/sgemm",
      again(machine, sgemm_flops_per_second, "flops_per_second", &Ceilings::flops_per_second))
      ->Iterations(1);
  add("ceiling/memory",
      again(machine, memory_bytes_per_second, "bytes_per_second", &Ceilings::bytes_per_second))
      ->Iterations(1);
}

}  // namespace fedmeta::bench

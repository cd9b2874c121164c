// The machine itself: what all ratios refer to.
#include <mpi.h>

#include "app/rates.hpp"
#include "comm/session.hpp"
#include "cost/stopwatch.hpp"
#include "learn/gemm_rate.hpp"
#include "suite.hpp"

namespace fedmeta::bench {
namespace {

using Rate = double (*)(at::Device device);

/// What the ranks measure, all of them at once; the sum is known to all.
double of_all_ranks(const comm::Communicator& world, at::Device device, Rate rate) {
  world.wait_for_all();
  double sum = rate(device);
  comm::check(MPI_Allreduce(MPI_IN_PLACE, &sum, 1, MPI_DOUBLE, MPI_SUM, world.handle()), "MPI_Allreduce");
  return sum;
}

/// Measures a ceiling once more, after all else: `ceiling_ratio` says how steady the machine was.
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

}  // namespace

Ceilings measure_ceilings(const comm::Communicator& world, at::Device device) {
  return {.flops_per_second = of_all_ranks(world, device, learn::gemm_flops_per_second),
          .bytes_per_second = of_all_ranks(world, device, app::memory_bytes_per_second)};
}

void add_ceilings(const Machine& machine) {
  // The ranks' clocks differ: only a fixed number of iterations is the same on all of them.
  add("ceiling/sgemm",
      again(machine, learn::gemm_flops_per_second, "flops_per_second", &Ceilings::flops_per_second))
      ->Iterations(1);
  add("ceiling/memory",
      again(machine, app::memory_bytes_per_second, "bytes_per_second", &Ceilings::bytes_per_second))
      ->Iterations(1);
}

}  // namespace fedmeta::bench

#include "suite.hpp"

#include <mpi.h>

#include <algorithm>

#include "comm/session.hpp"
#include "cost/stopwatch.hpp"
#include "device/cuda.hpp"
#include "programs/bench/machine.hpp"

namespace fedmeta::bench {
namespace {

/// Returns the same number on all ranks, so that all of them run the same number of iterations.
double slowest(const comm::Communicator& world, double seconds) {
  comm::check(MPI_Allreduce(MPI_IN_PLACE, &seconds, 1, MPI_DOUBLE, MPI_MAX, world.handle()), "MPI_Allreduce");
  return seconds;
}

/// `seconds` is the time of one call.
void report(benchmark::State& state, const Machine& machine, const Work& work, double seconds) {
  const double flops = machine.world.size() * work.flops / seconds;
  const double bytes = machine.world.size() * work.bytes / seconds;
  const double efficiency = flops / machine.ceilings.flops_per_second;
  state.counters["flops_per_second"] = flops;
  state.counters["bytes_per_second"] = bytes;
  state.counters["efficiency"] = efficiency;
  state.counters["ceiling_ratio"] = std::max(efficiency, bytes / machine.ceilings.bytes_per_second);
}

}  // namespace

benchmark::internal::Benchmark* add(const std::string& name, Body body) {
  auto* added = benchmark::RegisterBenchmark(name.c_str(), std::move(body));
  return added->UseManualTime()->Unit(benchmark::kMillisecond);
}

void measure(benchmark::State& state, const Machine& machine, const Work& work,
             const std::function<void()>& call, const std::function<void()>& prepare) {
  const auto once = [&] {
    prepare();
    device::synchronise(machine.device);
    comm::check(MPI_Barrier(machine.world.handle()), "MPI_Barrier");
    const cost::Stopwatch clock;
    call();
    device::synchronise(machine.device);
    return slowest(machine.world, clock.seconds());
  };
  if (state.max_iterations == 1) once();  // warms the caches before Google Benchmark's first try
  double total = 0;
  for ([[maybe_unused]] auto iteration : state) {
    const double seconds = once();
    state.SetIterationTime(seconds);
    total += seconds;
  }
  report(state, machine, work, total / static_cast<double>(state.iterations()));
}

}  // namespace fedmeta::bench

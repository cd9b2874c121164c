// What all benchmarks share: the machine, timing and reports.
//
// Every rank does the same work at once, as in a round. A repetition lasts until the slowest rank has
// finished, and rates are sums over the ranks. docs/performance.md explains the figures.
#pragma once

#include <ATen/core/Tensor.h>
#include <benchmark/benchmark.h>

#include <functional>
#include <string>

#include "comm/communicator.hpp"

namespace fedmeta::bench {

/// The best rates measured on the machine, summed over the ranks, with all of them busy at once.
struct Ceilings {
  double flops_per_second = 0;  ///< of sgemm
  double bytes_per_second = 0;  ///< of the memory
};

struct Machine {
  comm::Communicator world;
  at::Device device;
  Ceilings ceilings;
};

/// The work of one call on one rank, however it is carried out.
struct Work {
  double flops = 0;  ///< algorithmic, by src/cost/formulas.hpp
  double bytes = 0;  ///< inputs and outputs of the call, each moved once
};

using Body = std::function<void(benchmark::State&)>;

/// Registers a benchmark that reports its own times, by `measure`.
benchmark::internal::Benchmark* add(const std::string& name, Body body);

/// Collective. Times one `call` per iteration, after `prepare`, whose time does not count.
void measure(
    benchmark::State& state, const Machine& machine, const Work& work, const std::function<void()>& call,
    const std::function<void()>& prepare = [] {});

// The benchmarks, by subject.
class Problems;
Ceilings measure_ceilings(const comm::Communicator& world, at::Device device);
void add_products(const Machine& machine, Problems& problems);
void add_client_tasks(const Machine& machine, Problems& problems);
void add_server_steps(const Machine& machine, Problems& problems);
void add_communication(const Machine& machine);
void add_input_output(const Machine& machine);
void add_ceilings(const Machine& machine);

}  // namespace fedmeta::bench

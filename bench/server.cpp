// The server's own work on phi in a round, besides sending it.
#include <ATen/ATen.h>

#include "cost/formulas.hpp"
#include "federate/fingerprint.hpp"
#include "problems.hpp"

namespace fedmeta::bench {
namespace {

Work moved(const Problem& problem, int vectors) {
  return {.bytes = static_cast<double>(vectors * cost::parameter_bytes(problem.network().layout().size()))};
}

/// Adam reads the direction, and reads and writes theta and two moments: 7 vectors. It has no products, so no
/// FLOPs.
Body adam_step(const Machine& machine, Problems& problems, const Subject& subject) {
  return [&](benchmark::State& state) {
    const auto& problem = problems[subject];
    const auto optimizer = problem.algorithm("maml", 10)->server_optimizer();
    auto theta = problem.theta().cpu().clone();
    const auto direction = at::full_like(theta, 1e-3);
    learn::OptimizerState kept;
    measure(state, machine, moved(problem, 7), [&] { optimizer->step(theta, direction, kept); });
  };
}

/// Measures the check, once per round, that all ranks have the same parameters.
Body fingerprint(const Machine& machine, Problems& problems, const Subject& subject) {
  return [&](benchmark::State& state) {
    const auto& problem = problems[subject];
    const auto theta = problem.theta().cpu();
    const std::span<const float> values(theta.data_ptr<float>(), static_cast<std::size_t>(theta.numel()));
    measure(state, machine, moved(problem, 1),
            [&] { benchmark::DoNotOptimize(federate::fingerprint(values)); });
  };
}

}  // namespace

void add_server_steps(const Machine& machine, Problems& problems) {
  for (const auto& subject : subjects) {
    add("server_step/adam/" + subject.name(), adam_step(machine, problems, subject));
    add("fingerprint/" + subject.name(), fingerprint(machine, problems, subject));
  }
}

}  // namespace fedmeta::bench

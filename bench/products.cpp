// The engine's operations by network and batch size: gradient, Hessian-vector product, one inner step.
#include <ATen/ATen.h>

#include "cost/formulas.hpp"
#include "problems.hpp"

namespace fedmeta::bench {
namespace {

/// Rows of the problem's client, and the work of one call on them that reads and writes `vectors` vectors as
/// long as the parameters.
struct Rows {
  data::Batch batch;
  Work work;
};

Rows rows_of(const Problem& problem, std::int64_t rows, const cost::Work& counted, int vectors) {
  auto batch = problem.task().all.rows(0, rows);
  const auto flops = cost::work_flops(counted, problem.network().forward_flops_per_sample());
  const auto parameters = cost::parameter_bytes(problem.network().layout().size());
  const Work work{static_cast<double>(flops),
                  static_cast<double>(vectors * parameters) + sample_bytes(batch)};
  return {std::move(batch), work};
}

void add_gradient(const Machine& machine, Problems& problems, const Subject& subject, std::int64_t rows) {
  add("gradient/" + subject.name() + "/batch:" + std::to_string(rows), [&, rows](benchmark::State& state) {
    const auto& problem = problems[subject];
    const auto use = rows_of(problem, rows, {.gradient_rows = rows}, 2);
    measure(state, machine, use.work, [&] { problem.engine().gradients(problem.theta(), {use.batch}); });
  });
}

/// Measures products without the gradient that can come with them: 6F per sample, as the meta-gradients'
/// formulas count.
void add_hessian(const Machine& machine, Problems& problems, const Subject& subject, std::int64_t rows) {
  add("hessian_product/" + subject.name() + "/batch:" + std::to_string(rows),
      [&, rows](benchmark::State& state) {
        const auto& problem = problems[subject];
        const auto use = rows_of(problem, rows, {.hessian_rows = rows}, 3);
        const auto v = problem.engine().gradients(problem.theta(), {use.batch}).values;
        measure(state, machine, use.work,
                [&] { problem.engine().hessian_products(problem.theta(), {use.batch}, v, false); });
      });
}

void add_inner_step(const Machine& machine, Problems& problems, const Subject& subject, std::int64_t rows) {
  add("inner_step/" + subject.name() + "/batch:" + std::to_string(rows), [&, rows](benchmark::State& state) {
    const auto& problem = problems[subject];
    const auto use = rows_of(problem, rows, {.gradient_rows = rows}, 2);
    const learn::InnerRate alpha(1e-3);
    measure(state, machine, use.work,
            [&] { learn::adapt(problem.engine(), problem.theta(), alpha, {{use.batch}}); });
  });
}

}  // namespace

void add_products(const Machine& machine, Problems& problems) {
  for (const auto& subject : subjects)
    for (const std::int64_t rows : {std::int64_t{10}, problems.client_samples()}) {
      add_gradient(machine, problems, subject, rows);
      add_hessian(machine, problems, subject, rows);
      add_inner_step(machine, problems, subject, rows);
    }
}

}  // namespace fedmeta::bench

// A client's whole part in a round, from receiving phi to sending its direction, and its part in an
// evaluation: scores before and after adapting.
#include "cost/formulas.hpp"
#include "cost/work_done.hpp"
#include "learn/evaluation.hpp"
#include "problems.hpp"

namespace fedmeta::bench {
namespace {

/// Counts phi as input and the direction as output, both as long as the message.
Work work_of(const Problem& problem, const algorithms::Algorithm& algorithm) {
  const auto& task = problem.task();
  const auto& network = problem.network();
  const auto flops = algorithm.flops(network.forward_flops_per_sample(), task.all.rows(), task.support_rows);
  const auto sent = cost::parameter_bytes(algorithm.sent_parameters(network.layout().size()));
  return {static_cast<double>(flops), static_cast<double>(2 * sent) + sample_bytes(task.all)};
}

/// `batch` is the number of samples per step of local training and of the inner loop; 0 = all.
Body client_task(const Machine& machine, Problems& problems, const Subject& subject, const std::string& name,
                 std::int64_t batch) {
  return [&, name, batch](benchmark::State& state) {
    const auto& problem = problems[subject];
    const auto algorithm = problem.algorithm(name, batch);
    const auto phi = algorithm->initial(problem.theta());
    measure(state, machine, work_of(problem, *algorithm),
            [&] { algorithm->direction(problem.engine(), phi, problem.task(), Random(1, "batch order")); });
  };
}

/// Scores a test client's query set by phi, then by what it adapts phi to.
void evaluate_client(const Problem& problem, const algorithms::Algorithm& algorithm, const at::Tensor& phi) {
  const learn::Group group{{problem.task()}, {}};
  learn::evaluate(problem.engine(), algorithm.theta(phi), group.query());
  learn::evaluate(problem.engine(), algorithm.adapt(problem.engine(), phi, group), group.query());
}

/// Adapting by its passes as metered, scoring by the rows. Counts phi and the samples as input.
Work work_of_evaluation(const Problem& problem, const algorithms::Algorithm& algorithm,
                        const at::Tensor& phi) {
  const auto& task = problem.task();
  const auto f = problem.network().forward_flops_per_sample();
  const auto before = cost::work_done();
  evaluate_client(problem, algorithm, phi);
  const auto adapting = cost::work_flops(cost::work_done() - before, f);
  const auto scored = 2 * (task.all.rows() - task.support_rows);
  const auto taken = cost::parameter_bytes(phi.numel());
  return {static_cast<double>(adapting + scored * f), static_cast<double>(taken) + sample_bytes(task.all)};
}

Body evaluation(const Machine& machine, Problems& problems, const Subject& subject, const std::string& name) {
  return [&, name](benchmark::State& state) {
    const auto& problem = problems[subject];
    const auto algorithm = problem.algorithm(name, /*batch=*/10);
    const auto phi = algorithm->initial(problem.theta());
    measure(state, machine, work_of_evaluation(problem, *algorithm, phi),
            [&] { evaluate_client(problem, *algorithm, phi); });
  };
}

}  // namespace

void add_client_tasks(const Machine& machine, Problems& problems) {
  for (const auto& subject : subjects)
    for (const std::int64_t batch : {10, 0})
      for (const std::string name : {"fedavg", "fomaml", "maml", "meta-sgd"})
        add("client_task/" + name + '/' + subject.name() +
                "/batch:" + (batch > 0 ? std::to_string(batch) : "all"),
            client_task(machine, problems, subject, name, batch));
  for (const auto& subject : subjects)
    for (const std::string name : {"maml", "meta-sgd"})
      add("evaluation/" + name + '/' + subject.name() + "/batch:10",
          evaluation(machine, problems, subject, name));
}

}  // namespace fedmeta::bench

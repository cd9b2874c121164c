// A client's whole part in a round, from receiving phi to sending its direction.
#include "cost/formulas.hpp"
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

}  // namespace

void add_client_tasks(const Machine& machine, Problems& problems) {
  for (const auto& subject : subjects)
    for (const std::int64_t batch : {10, 0})
      for (const std::string name : {"fedavg", "fomaml", "maml", "meta-sgd"})
        add("client_task/" + name + '/' + subject.name() +
                "/batch:" + (batch > 0 ? std::to_string(batch) : "all"),
            client_task(machine, problems, subject, name, batch));
}

}  // namespace fedmeta::bench

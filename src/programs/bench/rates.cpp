#include "programs/bench/rates.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <optional>

#include "cost/median_seconds.hpp"
#include "device/cuda.hpp"
#include "federate/aggregation.hpp"
#include "federate/evaluation.hpp"

namespace fedmeta::programs {
namespace {

constexpr int times = 3;

/// Returns a training client that this rank can reach, cut to as many samples as suffice to measure the rate.
std::optional<data::Task> short_task(const federate::Federation& federation) {
  constexpr std::int64_t most = 50;
  const auto& catalogue = federation.catalogue;
  const auto node = [&](int rank) { return catalogue.node_of_rank[static_cast<std::size_t>(rank)]; };
  for (const auto client : catalogue.with_role(data::Role::train)) {
    if (node(catalogue[client].home) != node(federation.world.rank())) continue;
    const auto task = federation.shard.task(client);
    const auto rows = task.all.rows(), kept = std::min(rows, most);
    return data::Task{task.all.rows(0, kept),
                      std::clamp(task.support_rows * kept / rows, std::int64_t{1}, kept - 1)};
  }
  return {};
}

/// Limits a method's passes to as many as suffice to measure the rate: a full task may take hours, and memory
/// for each step.
algorithms::Method with_short_tasks(algorithms::Method method) {
  const auto rows = method.rows();
  const auto limit = [&](const std::string& name, std::int64_t most) {
    if (const auto* row = options::find(rows, name)) {
      auto* passes = std::get<std::int64_t*>(row->value);
      *passes = std::min(*passes, most);
    }
  };
  limit("local-epochs", 20);
  limit("inner-epochs", 20);
  limit("local-steps", 100);
  return method;
}

/// Returns this rank's seconds for a FLOP, or zeros if it has no client to try.
cost::Spread seconds_per_flop(const federate::Federation& federation, const algorithms::Algorithm& algorithm,
                              const at::Tensor& phi) {
  const auto task = short_task(federation);
  if (!task) return {};
  const auto f = federation.network.forward_flops_per_sample();
  const auto flops = static_cast<double>(algorithm.flops(f, task->all.rows(), task->support_rows));
  const auto seconds = cost::spread_of_seconds(
      times,
      [&] {
        algorithm.direction(federation.engine, phi, *task, Random(1, "batch order"));
        device::synchronise(federation.device);
      },
      [] {});
  return {seconds.least / flops, seconds.median / flops, seconds.most / flops};
}

/// Returns the slowest rank's seconds, at the root.
double slowest(const comm::Communicator& world, double seconds) {
  const auto of_ranks = world.gather(seconds);
  return world.root() ? *std::max_element(of_ranks.begin(), of_ranks.end()) : 0;
}

void measure_messages(const federate::Federation& federation, std::int64_t length, bool reproducible,
                      cost::MachineRates& rates) {
  const auto& world = federation.world;
  federate::DeviceLink link(world, federation.device, federation.apart);
  auto message = at::ones({1, length}, at::TensorOptions(federation.device).dtype(at::kFloat));
  link.broadcast(message[0]);  // allocates what it needs
  const auto broadcast = [&](std::int64_t numbers) {
    const auto part = message[0].slice(0, 0, numbers);
    return slowest(world, cost::median_seconds(times, [&] { link.broadcast(part); }));
  };
  std::unique_ptr<federate::Aggregation> sum;
  const auto fill = [&] {
    sum = federate::make_aggregation(link, length, world.size(), reproducible);
    sum->add(message.fill_(1), std::array{1.0 / world.size()});
    device::synchronise(federation.device);
  };
  const double shortest = broadcast(1), whole = broadcast(length);
  const double reduction = slowest(world, cost::median_seconds(
                                              times,
                                              [&] {
                                                sum->reduce();
                                                device::synchronise(federation.device);
                                              },
                                              fill));
  const auto rate = [&](double seconds) {
    return static_cast<double>(message.nbytes()) / std::max(seconds - shortest, 1e-6);
  };
  rates.latency = shortest / cost::tree_levels(world.size());
  rates.broadcast_bytes_per_second = rate(whole);
  rates.reduction_bytes_per_second = rate(reduction);
}

}  // namespace

MeasuredRates measure_rates(const federate::Federation& federation, const algorithms::Method& method,
                            const at::Tensor& phi, bool reproducible) {
  const auto run = with_short_tasks(method).make_run();
  const auto& world = federation.world;
  MeasuredRates measured;
  if (world.size() > 1) measure_messages(federation, phi.numel(), reproducible, measured.rates);
  world.wait_for_all();
  const auto ranks = world.gather(seconds_per_flop(federation, run.first(), phi));
  const auto slowest = std::ranges::max_element(ranks, {}, &cost::Spread::median);
  if (slowest == ranks.end() || slowest->median == 0) return measured;  // not the root, or no client to try
  measured.rates.flops_per_second = 1 / slowest->median;
  measured.fastest = 1 / slowest->least;
  measured.slowest = 1 / slowest->most;
  return measured;
}

double measure_evaluation(const federate::Federation& federation, const algorithms::Method& method,
                          const at::Tensor& phi) {
  const auto run = with_short_tasks(method).make_run();
  const auto& algorithm = run.last();
  const auto& engine = federation.engine;
  double seconds = 0;
  federation.world.wait_for_all();
  if (const auto task = short_task(federation)) {
    const learn::Group group{{*task}, {Random(1, "adaptation order")}};
    const auto score = [&](const at::Tensor& thetas) { learn::evaluate(engine, thetas, group.query()); };
    seconds = cost::median_seconds(1, [&] {
      score(algorithm.theta(phi));
      if (algorithm.adapts()) score(algorithm.adapt(engine, phi, group));
      device::synchronise(federation.device);
    });
    seconds /= federate::evaluation_work(algorithm, algorithm.adapts(), task->all.rows(), task->support_rows);
  }
  return slowest(federation.world, seconds);
}

double measure_update(const algorithms::Algorithm& algorithm, const at::Tensor& phi) {
  auto changed = phi.clone();
  const auto direction = at::zeros_like(changed);
  const auto optimizer = algorithm.server_optimizer();
  learn::OptimizerState state;
  return cost::median_seconds(times, [&] {
    optimizer->step(changed, direction, state);
    device::synchronise(phi.device());
  });
}

}  // namespace fedmeta::programs

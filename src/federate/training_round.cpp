// A round of a training, from the sampling of clients to the ledger's row.
#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>

#include "base/stop_signal.hpp"
#include "cost/device_bytes.hpp"
#include "cost/executed_flops.hpp"
#include "cost/formulas.hpp"
#include "cost/stopwatch.hpp"
#include "cost/work_done.hpp"
#include "device/cuda.hpp"
#include "federate/episode.hpp"
#include "federate/group_size.hpp"
#include "federate/sampling.hpp"
#include "federate/training.hpp"
#include "trace/span.hpp"

namespace fedmeta::federate {
namespace {

constexpr int parameters_lost = 2;  ///< told to all ranks; above what a keeper tells

template <class T>
std::vector<T> at_slots(const std::vector<T>& values, const std::vector<std::size_t>& slots) {
  std::vector<T> chosen;
  chosen.reserve(slots.size());
  for (const auto slot : slots) chosen.push_back(values[slot]);
  return chosen;
}

/// Copies a state, since optimisers change it in place and the round may be dropped.
learn::OptimizerState copied(const learn::OptimizerState& state) {
  learn::OptimizerState copy;
  for (const auto& [name, tensor] : state) copy[name] = tensor.clone();
  return copy;
}

/// Copies numbers from the device, all in one copy.
std::vector<double> on_host(const std::vector<at::Tensor>& numbers, const DeviceLink& link) {
  if (numbers.empty()) return {};
  const auto all = link.on_host(at::cat(numbers).to(at::kDouble));
  const auto* first = all.data_ptr<double>();
  return {first, first + all.numel()};
}

}  // namespace

learn::Task Training::task(const algorithms::RoundOptions& options, std::int32_t round, std::int32_t client,
                           Random& order) {
  auto task = federation_.shard.task(client);
  if (options.resample) {  // docs/protocols.md A13
    auto random = stream("division of a round", round, client);
    task.all = learn::shuffled(task.all, random);
  }
  return options.episode_samples == 0 ? task : cut_episode(task, options.episode_samples, order);
}

const algorithms::Algorithm& Training::enter_round(std::int32_t round) {
  const auto& stage = run_.algorithm(round);
  const bool changed = round > 1 && &stage != &run_.algorithm(round - 1);
  if (changed) state_.clients.clear();
  if (changed || stage.round_options().outer_reset) state_.optimizer.clear();
  return stage;
}

learn::Updates Training::train(const algorithms::Algorithm& algorithm, std::int32_t round,
                               const std::vector<std::int32_t>& clients) {
  learn::Group group;
  learn::ClientStates states(clients.size());
  for (std::size_t i = 0; i < clients.size(); ++i) {
    auto order = stream("batch order", round, clients[i]);
    group.tasks.push_back(task(algorithm.round_options(), round, clients[i], order));
    group.orders.push_back(order);
    if (algorithm.keeps_state()) states[i] = copied(state_.clients[clients[i]]);
  }
  auto updates = algorithm.client_updates(federation_.engine, state_.phi, group, states);
  if (algorithm.keeps_state())
    for (std::size_t i = 0; i < clients.size(); ++i) changed_clients_[clients[i]] = std::move(states[i]);
  return updates;
}

std::vector<ClientRecord> Training::compute_updates(const algorithms::Algorithm& algorithm,
                                                    std::int32_t round, const Cohort& cohort,
                                                    Aggregation& aggregation, RankRecord& mine) {
  const auto executed_before = cost::executed_flops();
  std::vector<ClientRecord> trained;
  std::vector<at::Tensor> losses;
  cost::Work work;
  const auto limit = clients_at_a_time(federation_, plan_,
                                       most_kept_steps(algorithm, federation_.catalogue, cohort.clients));
  const auto my_slots = cohort.slots(federation_.world.rank());
  in_groups(federation_, std::ssize(my_slots), limit, [&](std::int64_t begin, std::int64_t end) {
    // All ranks hear of it in the reduction, and drop the round.
    if (stop_signal() || !mine.parameters.finite) return false;
    const std::vector slots(my_slots.begin() + begin, my_slots.begin() + end);
    const trace::Span span("training clients", {"client", cohort.clients[slots.front()]});
    const auto work_before = cost::work_done();
    const auto updates = train(algorithm, round, at_slots(cohort.clients, slots));
    aggregation.add(updates.directions, at_slots(cohort.weights, slots));
    work += cost::work_done() - work_before;
    losses.push_back(updates.losses);
    const auto bytes_up = cost::parameter_bytes(updates.directions.size(1));
    for (const auto slot : slots)
      trained.push_back(
          {static_cast<std::int32_t>(slot), 0, cost::parameter_bytes(state_.phi.numel()), bytes_up, false});
    return true;
  });
  if (!losses.empty()) losses.push_back(aggregation.total().reshape({1}).to(losses.front().scalar_type()));
  const auto numbers = on_host(losses, link_);
  for (std::size_t i = 0; i < trained.size(); ++i) trained[i].loss = numbers[i];
  device::synchronise(federation_.device);
  mine.flops = cost::work_flops(work, federation_.network.forward_flops_per_sample());
  mine.flops_executed = cost::executed_flops() - executed_before;
  if (!numbers.empty()) mark_lost(algorithm, round, cohort, numbers.back(), trained);
  return trained;
}

void Training::mark_lost(const algorithms::Algorithm& algorithm, std::int32_t round, const Cohort& cohort,
                         double total, std::vector<ClientRecord>& trained) {
  if (std::isfinite(total)) return;
  // Only the sum is kept. What it was made of is computed again, so that rounds in which all is well pay
  // nothing.
  for (auto& record : trained) {
    const auto update = train(algorithm, round, {cohort.clients[static_cast<std::size_t>(record.slot)]});
    record.lost = !std::isfinite(on_host({update.directions.sum().reshape({1})}, link_).front());
    if (record.lost) return;
  }
}

std::optional<cost::RoundRow> Training::step(Validity& validity) {
  const auto number = state_.next_round;
  const auto& world = federation_.world;
  const auto& catalogue = federation_.catalogue;
  const trace::Span round_span("round", {"round", number});
  std::optional<trace::Span> part;
  const cost::Stopwatch whole;
  cost::Stopwatch phase;
  const auto bytes_before = world.collective_bytes(), device_bytes_before = cost::device_bytes();
  const auto waited_before = world.seconds_waited();
  const auto& algorithm = enter_round(number);
  cost::RoundRow row;
  row.round = number;

  // 1 sample, 2 place
  row.clients =
      sample_clients(train_clients_, algorithm.round_options().clients_per_round, plan_.seed, number);
  // A client's state stays on the rank that made it.
  const bool balanced = plan_.balanced && !algorithm.keeps_state();
  const auto cohort = make_cohort(catalogue, algorithm, row.clients, balanced);
  row.client_flops = cohort.client_flops(federation_.network);

  // 3 broadcast phi
  part.emplace("broadcast of the parameters");
  changed_clients_.clear();
  send_phi();
  if (world.told_to_stop()) return {};
  RankRecord mine{};
  mine.parameters = fingerprint_of_phi();
  const bool lost_here = !mine.parameters.finite;  // no round can bring them back
  if (lost_here) world.tell(parameters_lost);
  row.seconds_broadcast = phase.lap();

  // 4 every rank: updates of its clients
  part.emplace("updates of the clients");
  const auto aggregation = make_aggregation(
      link_, state_.phi.numel(), static_cast<std::int64_t>(row.clients.size()), plan_.reproducible);
  const auto trained = compute_updates(algorithm, number, cohort, *aggregation, mine);
  mine.seconds_compute = phase.lap();

  // 5 reduce, 6 the server's step
  part.emplace("reduction of the updates");
  auto mean = aggregation->reduce();
  const bool lost = world.told() == parameters_lost;
  if (lost_here) world.tell(0);
  if (lost)
    validity.require(false,
                     run_name() + ": a parameter is not finite after round " + std::to_string(number - 1));
  if (lost || world.told_to_stop()) return {};
  mine.saturated = aggregation->saturated();
  mine.seconds_wait = world.seconds_waited() - waited_before;
  device::synchronise(federation_.device);
  const double communicated = phase.lap();
  part.emplace("the server's step");
  if (world.root()) {
    algorithm.server_optimizer()->step(state_.phi, mean, state_.optimizer);
    algorithm.constrain(state_.phi);
    device::synchronise(federation_.device);
  }
  for (auto& [client, kept] : changed_clients_) state_.clients[client] = std::move(kept);
  ++state_.next_round;
  row.seconds_update = phase.lap();
  row.seconds = whole.seconds();

  // 7 the ledger's row
  part.emplace("the round's row");
  mine.mpi_bytes = world.collective_bytes() - bytes_before;
  mine.device_bytes = cost::device_bytes() - device_bytes_before;
  const auto ranks = world.gather(mine);
  const auto records = world.gather_lists(std::span<const ClientRecord>(trained));
  fill_row(row, records, ranks, cohort.weights);
  if (!world.root()) return row;
  state_.spent.bytes += row.bytes_down + row.bytes_up;
  state_.spent.flops += row.flops;
  state_.spent.seconds += row.seconds;
  // The root's reduction includes waiting for the slowest rank, time that counts as that rank's computing.
  row.seconds_reduce = std::max(0.0, communicated + mine.seconds_compute - row.seconds_compute);
  check_row(row, algorithm, ranks, records, validity);
  // Time since the update: making the ledger's row, and waiting for the ranks' parts of it.
  outcome_.seconds.recording += phase.lap();
  return row;
}

void Training::check_row(const cost::RoundRow& row, const algorithms::Algorithm& algorithm,
                         const std::vector<RankRecord>& ranks, const std::vector<ClientRecord>& records,
                         Validity& validity) {
  std::vector<Fingerprint> parameters;
  for (const auto& rank : ranks) {
    parameters.push_back(rank.parameters);
    validity.require(rank.saturated == 0, run_name() + ": a fixed-point sum is saturated");
  }
  for (const auto& record : records) {
    const auto whose = " is not finite: that of client " +
                       federation_.catalogue[row.clients[static_cast<std::size_t>(record.slot)]].id +
                       " in round " + std::to_string(row.round);
    validity.require(std::isfinite(record.loss), run_name() + ": loss" + whose);
    validity.require(!record.lost, run_name() + ": update" + whose);
  }
  check_round(validity, run_name(), 0, parameters);
  const auto flops = std::accumulate(row.client_flops.begin(), row.client_flops.end(), std::int64_t{0});
  const auto sent = cost::parameter_bytes(algorithm.sent_parameters(federation_.network.layout().size()));
  check_counters(validity, run_name(), row, flops, sent * std::ssize(row.clients));
}

}  // namespace fedmeta::federate

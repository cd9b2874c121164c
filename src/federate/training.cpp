#include "federate/training.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <numeric>

#include "cost/executed_flops.hpp"
#include "cost/formulas.hpp"
#include "cost/stopwatch.hpp"
#include "federate/aggregation.hpp"
#include "federate/client_stream.hpp"
#include "federate/cohort.hpp"
#include "federate/episode.hpp"
#include "federate/rederivation.hpp"
#include "federate/sampling.hpp"
#include "learn/metered_engine.hpp"

namespace fedmeta::federate {
namespace {

/// What a rank reports of a client it trained, and of its own part in a round.
struct ClientRecord {
  std::int32_t slot;
  double loss;
  std::int64_t flops, bytes_down, bytes_up;
};

struct RankRecord {
  double seconds_compute;
  std::int64_t flops_executed, mpi_bytes, saturated;
  Fingerprint parameters;
};

std::span<float> values(const at::Tensor& tensor) {
  return {tensor.data_ptr<float>(), static_cast<std::size_t>(tensor.numel())};
}

/// Adds up what the ranks reported. The clients' losses are summed in slot order: the same bits for any
/// ranks.
void fill_row(cost::RoundRow& row, std::vector<ClientRecord> clients, const std::vector<RankRecord>& ranks,
              const std::vector<double>& weights) {
  std::sort(clients.begin(), clients.end(), [](const auto& a, const auto& b) { return a.slot < b.slot; });
  for (const auto& client : clients) {
    row.loss += weights[static_cast<std::size_t>(client.slot)] * client.loss;
    row.flops += client.flops;
    row.bytes_down += client.bytes_down;
    row.bytes_up += client.bytes_up;
  }
  for (const auto& rank : ranks) {
    row.flops_executed += rank.flops_executed;
    row.mpi_bytes += rank.mpi_bytes;
    row.rank_seconds_compute.push_back(rank.seconds_compute);
    row.seconds_compute = std::max(row.seconds_compute, rank.seconds_compute);
  }
}

}  // namespace

Training::Training(const Federation& federation, const Algorithm& algorithm, std::vector<View> views,
                   const RunPlan& plan, model::Initialisation initialisation)
    : federation_(federation),
      algorithm_(algorithm),
      views_(std::move(views)),
      plan_(plan),
      train_clients_(federation.catalogue.with_role(data::Role::train)) {
  const auto theta = model::initial_parameters(federation.network.layout(), initialisation,
                                               static_cast<std::uint64_t>(plan.seed));
  host_phi_ = algorithm.initial(theta);
  if (federation.device.is_cuda()) host_phi_ = host_phi_.pin_memory();
  phi_ = host_phi_.to(federation.device);
  outcome_.views.resize(views_.size());
}

std::string Training::run_name() const {
  return views_.front().algorithm + " seed " + std::to_string(plan_.seed);
}

Random Training::stream(const char* purpose, std::int32_t round, std::int32_t client) const {
  return client_stream(federation_.catalogue, purpose, plan_.seed, round, client);
}

learn::Task Training::task(std::int32_t round, std::int32_t client, Random& order) {
  auto task = federation_.shard.task(client);
  const auto& protocol = algorithm_.protocol();
  if (protocol.resample) {  // docs/protocols.md A13
    auto random = stream("division of a round", round, client);
    task.all = learn::shuffled(task.all, random);
  }
  return protocol.episode_samples == 0 ? task : cut_episode(task, protocol.episode_samples, order);
}

const Algorithm& Training::enter_stage(std::int32_t round) {
  const auto& stage = algorithm_.stage(round);
  const bool changed = &stage != stage_;
  if (changed) states_.clear();
  if (changed || stage.protocol().outer_reset) optimizer_ = stage.server_optimizer();
  stage_ = &stage;
  return stage;
}

learn::Contribution Training::train_client(const Algorithm& algorithm, const learn::Engine& engine,
                                           std::int32_t round, std::int32_t client) {
  auto order = stream("batch order", round, client);
  const auto samples = task(round, client, order);
  if (algorithm.keeps_state())
    return algorithm.contribute_keeping(states_[client], engine, phi_, samples, order);
  return algorithm.contribute(engine, phi_, samples, order);
}

void Training::send_phi() {
  federation_.world.broadcast(values(host_phi_));
  if (!phi_.is_same(host_phi_)) phi_.copy_(host_phi_);
}

Outcome Training::run(Observer* observer, Validity& validity) {
  const cost::Stopwatch wall;
  cost::Stopwatch phase;
  const bool root = federation_.world.root();
  const auto rounds = static_cast<std::int32_t>(algorithm_.rounds());
  if (root) outcome_.phi_initial = host_phi_.clone();
  validity.require(rederivation_agrees(),
                   run_name() + ": a client's contribution differs from plain autograd's");
  outcome_.seconds.setup = phase.lap();
  for (std::int32_t number = 1; number <= rounds; ++number) {
    const auto row = round(number, validity);
    outcome_.seconds.rounds += row.seconds;
    phase.lap();
    if (root) {
      outcome_.rounds.push_back(row);
      if (observer) observer->on_round(row);
    }
    outcome_.seconds.recording += phase.lap();
    const bool due = plan_.eval_every > 0 && number % plan_.eval_every == 0;
    if (due || number == rounds) evaluate(number, observer, validity);
  }
  outcome_.phi = host_phi_;
  outcome_.wall_seconds = wall.seconds();
  if (root) check_seconds(validity, run_name(), outcome_.seconds, outcome_.wall_seconds);
  return std::move(outcome_);
}

cost::RoundRow Training::round(std::int32_t number, Validity& validity) {
  const auto& [world, catalogue, shard, network, engine, device] = federation_;
  (void)shard;
  const cost::Stopwatch whole;
  cost::Stopwatch phase;
  const auto bytes_before = world.collective_bytes();
  const auto& algorithm = enter_stage(number);
  cost::RoundRow row;
  row.round = number;

  // 1 sample, 2 place
  row.clients = sample_clients(train_clients_, algorithm.protocol().clients_per_round, plan_.seed, number);
  // A client's state stays where it is made.
  const bool balanced = plan_.balanced && !algorithm.keeps_state();
  const auto cohort = make_cohort(catalogue, algorithm, row.clients, balanced);

  // 3 broadcast phi
  send_phi();
  RankRecord mine{};
  mine.parameters = fingerprint(values(host_phi_));
  row.seconds_broadcast = phase.lap();

  // 4 every rank: its clients' contributions
  const auto executed_before = cost::executed_flops();
  const auto aggregation = make_aggregation(
      world, host_phi_.numel(), static_cast<std::int64_t>(row.clients.size()), plan_.reproducible);
  std::vector<ClientRecord> trained;
  for (std::size_t slot = 0; slot < cohort.clients.size(); ++slot) {
    if (cohort.ranks[slot] != world.rank()) continue;
    const learn::MeteredEngine metered(engine);
    const auto client = cohort.clients[slot];
    auto [direction, loss] = train_client(algorithm, metered, number, client);
    trained.push_back({static_cast<std::int32_t>(slot), loss.item<double>(),
                       cost::work_flops(metered.work(), network.forward_flops_per_sample()),
                       cost::parameter_bytes(phi_.numel()), cost::parameter_bytes(direction.numel())});
    aggregation->add(std::move(direction), cohort.weights[slot]);
  }
  mine.seconds_compute = phase.lap();
  mine.flops_executed = cost::executed_flops() - executed_before;

  // 5 reduce, 6 the server's step
  auto mean = aggregation->reduce();
  mine.saturated = aggregation->saturated();
  const double communicated = phase.lap();
  if (world.root()) {
    optimizer_->step(host_phi_, mean);
    algorithm.constrain(host_phi_);
  }
  row.seconds_update = phase.lap();
  row.seconds = whole.seconds();

  // 7 the ledger's row
  mine.mpi_bytes = world.collective_bytes() - bytes_before;
  const auto ranks = world.gather(mine);
  fill_row(row, world.gather_lists(std::span<const ClientRecord>(trained)), ranks, cohort.weights);
  if (!world.root()) return row;
  // The root's reduction includes its wait for the slowest rank, which is that rank's computing.
  row.seconds_reduce = std::max(0.0, communicated + mine.seconds_compute - row.seconds_compute);
  std::vector<Fingerprint> parameters;
  for (const auto& rank : ranks) {
    parameters.push_back(rank.parameters);
    validity.require(rank.saturated == 0, run_name() + ": a fixed-point sum is saturated");
  }
  check_round(validity, run_name(), row.loss, parameters);
  check_counters(validity, run_name(), row, expected_flops(algorithm, network, catalogue, row.clients),
                 cost::parameter_bytes(algorithm.sent_parameters(network.layout().size())) *
                     static_cast<std::int64_t>(row.clients.size()));
  // Since the update: the ledger, and waiting for the ranks' parts of it.
  outcome_.seconds.recording += phase.lap();
  return row;
}

void Training::evaluate(std::int32_t number, Observer* observer, Validity& validity) {
  cost::Stopwatch phase;
  send_phi();
  // No round follows the last server step: what it made is seen here alone.
  const auto parameters = federation_.world.gather(fingerprint(values(host_phi_)));
  std::vector<cost::EvaluationRow> rows;
  for (const auto role : evaluated_roles(plan_, federation_.catalogue)) evaluate_role(number, role, rows);
  for (const auto& row : rows) check_round(validity, run_name(), row.loss, parameters);
  outcome_.seconds.evaluation += phase.lap();
  if (federation_.world.root() && observer) observer->on_evaluation(rows);
  outcome_.seconds.recording += phase.lap();
}

void Training::evaluate_role(std::int32_t number, data::Role role, std::vector<cost::EvaluationRow>& rows) {
  const cost::Stopwatch clock;
  const bool adapts = std::any_of(views_.begin(), views_.end(), [](const View& view) { return view.adapts; });
  const bool last = number == algorithm_.rounds();
  auto plan = plan_;
  if (last) plan.eval_clients = 0;  // the result is that of all clients
  const auto scores = evaluate_clients(federation_, algorithm_, adapts, phi_, role, plan, number);
  const double seconds = clock.seconds();
  const bool closing = last && role == data::Role::test;
  std::vector<cost::CurveRow> curve;
  if (closing && algorithm_.protocol().personal_curve > 0)
    curve = adaptation_curve(federation_, algorithm_, phi_, role, plan, number);
  if (!federation_.world.root()) return;
  for (std::size_t v = 0; v < views_.size(); ++v) {
    auto row = summarize(scores, views_[v].adapts);
    row.round = number;
    row.split = split_name(role);
    row.seconds = seconds;
    auto& view = outcome_.views[v];
    view.evaluations.push_back(row);
    note_target(v, row);
    if (closing) {
      view.clients = client_rows(scores, views_[v].adapts);
      view.curve = curve;
    }
    rows.push_back(std::move(row));
  }
}

void Training::note_target(std::size_t view, const cost::EvaluationRow& row) {
  auto& target = outcome_.views[view].target;
  const bool decides = row.split == split_name(evaluated_roles(plan_, federation_.catalogue).back());
  if (target || !decides || plan_.target_accuracy <= 0 || row.accuracy < plan_.target_accuracy) return;
  target = cost::TargetRow{plan_.target_accuracy, row.round, 0, 0, 0};
  for (const auto& round : outcome_.rounds) {
    target->bytes += round.bytes_down + round.bytes_up;
    target->flops += round.flops;
    target->seconds += round.seconds;
  }
}

/// The training clients with the fewest samples on the node that hosts the smallest, one after the other
/// until one agrees: in a small batch a single near-tie can weigh as much as an error, but an error spoils
/// all clients. The smallest one's host computes, the root learns the answer.
bool Training::rederivation_agrees() {
  const auto& catalogue = federation_.catalogue;
  auto clients = train_clients_;
  std::stable_sort(clients.begin(), clients.end(),
                   [&](auto a, auto b) { return catalogue[a].samples < catalogue[b].samples; });
  const int host = catalogue[clients.front()].home;
  const auto node = [&](int rank) { return catalogue.node_of_rank[static_cast<std::size_t>(rank)]; };
  std::erase_if(clients, [&](auto client) { return node(catalogue[client].home) != node(host); });
  constexpr std::size_t attempts = 3;
  clients.resize(std::min(attempts, clients.size()));
  const Reference reference{federation_.network, model::plain_products(plan_.precision)};
  const auto agrees = [&](std::int32_t client) {
    auto order = stream("batch order", 0, client);
    const auto samples = cut_for_rederivation(task(0, client, order));
    const auto found =
        rederived(algorithm_, federation_.engine, reference, phi_, samples, order, plan_.precision);
    return found.over_limit(plan_.precision) <= 1;  // false for NaN
  };
  const bool here = federation_.world.rank() == host;
  const std::uint8_t failed = here && std::none_of(clients.begin(), clients.end(), agrees);
  const auto failures = federation_.world.gather(failed);
  return std::find(failures.begin(), failures.end(), 1) == failures.end();
}

}  // namespace fedmeta::federate

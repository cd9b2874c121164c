#include "federate/training.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "cost/stopwatch.hpp"
#include "device/cuda.hpp"
#include "federate/client_stream.hpp"
#include "federate/rederivation.hpp"
#include "trace/span.hpp"

namespace fedmeta::federate {

Training::Training(const Federation& federation, const algorithms::Run& run, std::vector<View> views,
                   const RunPlan& plan, const Start& start)
    : federation_(federation),
      run_(run),
      views_(std::move(views)),
      plan_(plan),
      train_clients_(federation.catalogue.with_role(data::Role::train)),
      link_(federation.world, federation.device, federation.apart) {
  state_.phi = initial_phi(start, federation.network, run.first(), plan.seed);
  if (federation.world.root()) outcome_.phi_initial = state_.phi.clone();
  state_.phi = state_.phi.to(federation.device);
  const auto apart = federation.world.all_gather(static_cast<std::uint8_t>(federation.apart));
  if (std::ranges::find(apart, 1) != apart.end()) device_fingerprint_.emplace();
}

void Training::go_on_from(const ServerState& state) {
  if (state.phi.defined()) state_.phi.copy_(state.phi);
  state_.next_round = state.next_round;
  state_.evaluated = state.evaluated;
  state_.optimizer = state.optimizer;
  state_.clients = state.clients;
  const auto to_device = [&](learn::OptimizerState& kept) {
    for (auto& [name, tensor] : kept) tensor = tensor.to(federation_.device);
  };
  to_device(state_.optimizer);
  for (auto& [client, kept] : state_.clients) to_device(kept);
  state_.spent = state.spent;
  state_.reached = state.reached;
}

std::string Training::run_name() const {
  return views_.front().algorithm + " seed " + std::to_string(plan_.seed);
}

Random Training::stream(const char* purpose, std::int32_t round, std::int32_t client) const {
  return client_stream(federation_.catalogue, purpose, plan_.seed, round, client);
}

void Training::enter(cost::Phase phase) const {
  if (federation_.meter) federation_.meter->here().enter(phase);
}

void Training::send_phi() {
  link_.broadcast(state_.phi);
  device::synchronise(federation_.device);
}

Fingerprint Training::fingerprint_of_phi() {
  if (device_fingerprint_) return DeviceFingerprint::read(link_.on_host(device_fingerprint_->of(state_.phi)));
  return fingerprint({state_.phi.const_data_ptr<float>(), static_cast<std::size_t>(state_.phi.numel())});
}

Outcome Training::run(Observer* observer, Validity& validity, Keeper* keeper, const ServerState* start) {
  const cost::Stopwatch wall;
  cost::Stopwatch phase;
  const auto& world = federation_.world;
  validity.require(rederivation_agrees(), run_name() + ": a client's update differs from plain autograd's");
  if (start) go_on_from(*start);
  outcome_.seconds.setup = phase.lap();
  for (;;) {
    phase.lap();
    if (evaluation_due() && !evaluate(observer, validity)) break;
    if (state_.next_round > run_.rounds()) break;
    enter(cost::Phase::rounds);
    phase.lap();
    const bool kept = keeper && keeper->between_rounds(state_, validity);
    const double keeping = phase.lap();
    outcome_.seconds.recording += keeping;
    auto row = step(validity);
    if (!row) break;
    row->seconds_checkpoint = kept ? keeping : 0;
    outcome_.seconds.rounds += row->seconds;
    phase.lap();
    if (world.root() && observer) observer->on_round(*row);
    outcome_.seconds.recording += phase.lap();
  }
  const bool complete = state_.next_round > run_.rounds() && !evaluation_due();
  outcome_.stopped = !complete && world.told_to_stop();
  outcome_.rounds = state_.next_round - 1;
  outcome_.phi = state_.phi.cpu();
  outcome_.wall_seconds = wall.seconds();
  if (world.root() && complete) check_seconds(validity, run_name(), outcome_.seconds, outcome_.wall_seconds);
  return std::move(outcome_);
}

bool Training::evaluation_due() const {
  const auto done = state_.next_round - 1;
  if (done == state_.evaluated) return false;
  return done == run_.rounds() || (plan_.eval_every > 0 && done % plan_.eval_every == 0);
}

bool Training::evaluate(Observer* observer, Validity& validity) {
  const auto number = state_.next_round - 1;
  enter(cost::Phase::evaluation);
  const trace::Span span("evaluation", {"round", number}, LogLevel::info);
  cost::Stopwatch phase;
  const auto& world = federation_.world;
  send_phi();
  // No round follows the last server step, so its parameters are checked only here.
  const auto parameters = world.gather(fingerprint_of_phi());
  std::vector<ViewEvaluation> views(views_.size());
  for (const auto role : evaluated_roles(plan_, federation_.catalogue)) {
    evaluate_role(number, role, views, validity);
    if (world.told_to_stop()) return false;
  }
  state_.evaluated = number;
  for (const auto& view : views)
    for (const auto& row : view.rows) check_round(validity, run_name(), row.loss, parameters);
  outcome_.seconds.evaluation += phase.lap();
  if (world.root() && observer) observer->on_evaluation(views);
  outcome_.seconds.recording += phase.lap();
  return true;
}

void Training::evaluate_role(std::int32_t number, data::Role role, std::vector<ViewEvaluation>& views,
                             Validity& validity) {
  const cost::Stopwatch clock;
  const auto& algorithm = run_.algorithm(number);
  const bool adapts = std::any_of(views_.begin(), views_.end(), [](const View& view) { return view.adapts; });
  const bool last = number == run_.rounds();
  auto plan = plan_;
  if (last) plan.eval_clients = 0;  // the final result is that of all clients
  const auto scores = evaluate_clients(federation_, algorithm, adapts, state_.phi, role, plan, number);
  const double seconds = clock.seconds();
  const bool closing = last && role == data::Role::test;
  std::vector<cost::CurveRow> curve;
  if (closing && algorithm.followed_epochs() > 0)
    curve = adaptation_curve(federation_, algorithm, state_.phi, role, plan, number);
  if (!federation_.world.root() || federation_.world.told_to_stop()) return;
  for (const auto& score : scores)
    validity.require(std::isfinite(score.initial.loss_sum + score.adapted.loss_sum),
                     run_name() + ": loss is not finite: that of client " +
                         federation_.catalogue[score.client].id + " in the evaluation after round " +
                         std::to_string(number));
  for (std::size_t v = 0; v < views_.size(); ++v) {
    auto row = summarize(scores, views_[v].adapts);
    row.round = number;
    row.split = split_name(role);
    row.seconds = seconds;
    auto& view = views[v];
    if (const auto target = target_reached(static_cast<int>(v), row)) view.target = target;
    if (closing) {
      view.clients = client_rows(scores, views_[v].adapts);
      view.curve = curve;
    }
    view.rows.push_back(std::move(row));
  }
}

std::optional<cost::TargetRow> Training::target_reached(int view, const cost::EvaluationRow& row) {
  const bool decides = row.split == split_name(evaluated_roles(plan_, federation_.catalogue).back());
  if (!decides || plan_.target_accuracy <= 0 || row.accuracy < plan_.target_accuracy) return {};
  if (!state_.reached.insert(view).second) return {};
  const auto& spent = state_.spent;
  return cost::TargetRow{plan_.target_accuracy, row.round, spent.bytes, spent.flops, spent.seconds};
}

/// Re-derives updates, for every stage, of the smallest training clients on the node that hosts the smallest
/// of all. That client's host computes; the root learns the answer.
bool Training::rederivation_agrees() {
  const trace::Span span("re-derivation of updates", {}, LogLevel::info);
  const auto& catalogue = federation_.catalogue;
  auto clients = train_clients_;
  std::stable_sort(clients.begin(), clients.end(),
                   [&](auto a, auto b) { return catalogue[a].samples < catalogue[b].samples; });
  const int host = catalogue[clients.front()].home;
  const auto node = [&](int rank) { return catalogue.node_of_rank[static_cast<std::size_t>(rank)]; };
  std::erase_if(clients, [&](auto client) { return node(catalogue[client].home) != node(host); });
  constexpr std::size_t attempts = 3;
  clients.resize(std::min(attempts, clients.size()));
  const algorithms::Reference reference{federation_.network, model::plain_products(plan_.precision)};
  const auto agrees = [&](const algorithms::Stage& stage) {
    const auto& algorithm = *stage.algorithm;
    std::vector<RederivedClient> candidates;
    for (const auto client : clients) {
      auto order = stream("batch order", 0, client);
      const auto samples = cut_for_rederivation(task(algorithm.round_options(), 0, client, order));
      candidates.push_back({samples, order});
    }
    const auto best =
        best_rederivation(algorithm, federation_.engine, reference, state_.phi, candidates, plan_.precision);
    return best.over_limit(plan_.precision) <= 1;  // false for NaN
  };
  const bool here = federation_.world.rank() == host;
  const std::uint8_t failed = here && !std::all_of(run_.stages.begin(), run_.stages.end(), agrees);
  const auto failures = federation_.world.gather(failed);
  return std::find(failures.begin(), failures.end(), 1) == failures.end();
}

}  // namespace fedmeta::federate

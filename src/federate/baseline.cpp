#include "federate/baseline.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <numeric>
#include <utility>

#include "base/error.hpp"
#include "cost/stopwatch.hpp"
#include "cost/work_done.hpp"
#include "data/sets/production_features.hpp"
#include "federate/client_stream.hpp"

namespace fedmeta::federate {
namespace {

data::Hits count_hits(const data::HostClient& client, std::int64_t width,
                      const algorithms::UseCounter& counter) {
  const auto samples = static_cast<std::size_t>(client.samples);
  const auto* indices = reinterpret_cast<const std::int32_t*>(client.features);
  std::vector<std::int32_t> rows(samples);
  std::iota(rows.begin(), rows.end(), 0);
  const auto support = static_cast<std::size_t>(client.support);
  return counter({{indices, samples * static_cast<std::size_t>(width)}, {client.labels, samples}},
                 {std::span(rows).first(support), std::span(rows).subspan(support)});
}

/// Returns a scorer for methods that count. The initial score equals the adapted one, since nothing is known
/// before the support set, and there is no loss, since these methods give no probabilities.
Scorer counting(const Federation& federation, const algorithms::Method& method) {
  const auto& form = federation.catalogue.form;
  const bool uses = std::ranges::all_of(federation.catalogue.clients, [](const auto& client) {
    return client.storage == data::Storage::indices;
  });
  if (!uses || form.input != data::Input::categories || form.width < std::ssize(data::use_blocks))
    throw Error(Status::usage, "this method counts uses of services", "--algorithms " + method.name(),
                "use --dataset " + method.descriptor().dataset + ", or leave it out");
  return [&federation, width = form.width, counter = method.options().make_counter()](const auto& clients) {
    std::vector<ClientScore> scores;
    for (const auto client : clients) {
      const auto hits = count_hits(federation.shard.host(client), width, counter);
      const learn::Score score{hits.top1, hits.records, std::numeric_limits<double>::quiet_NaN(), hits.top4};
      scores.push_back({client, score, score});
    }
    return scores;
  };
}

/// What ranks note while clients train alone.
struct Noted {
  cost::Work work;
  std::vector<CurveScore> curve;  ///< of test clients, where it is asked for
};

struct TrainedGroup {
  at::Tensor thetas;
  std::vector<CurveScore> curve;  ///< of test clients, between the first step and the last
};

TrainedGroup train_group(const Federation& federation, const algorithms::TrainedAlone& alone,
                         const at::Tensor& theta, const std::vector<std::int32_t>& clients,
                         const learn::Group& group, bool top4) {
  TrainedGroup trained;
  const auto every = alone.followed_every();
  const auto is_test = [&](std::int32_t client) {
    return federation.catalogue[client].role == data::Role::test;
  };
  learn::AfterStep after;
  if (every > 0 && std::ranges::any_of(clients, is_test))
    after = [&](std::size_t i, std::int64_t steps, const at::Tensor& own) {
      if (!is_test(clients[i]) || steps % every != 0 || steps == alone.steps()) return;
      const auto score = learn::evaluate(federation.engine, own, {group.tasks[i].query()}, top4);
      trained.curve.push_back({clients[i], steps, score.front()});
    };
  trained.thetas = alone.train(federation.engine, theta, group, after).thetas;
  return trained;
}

/// Returns a scorer that trains each client from `theta` [P], on the device.
Scorer training_alone(const Federation& federation, const algorithms::Method& method, const RunPlan& plan,
                      const at::Tensor& theta, Noted& noted) {
  const std::shared_ptr<const algorithms::TrainedAlone> alone = method.options().make_trained_alone();
  return [&federation, alone, plan, theta, &noted](const auto& clients) {
    const auto& engine = federation.engine;
    const auto f = federation.network.forward_flops_per_sample();
    const auto group = adapting_group(federation, clients, plan.seed, 0);
    const auto before = cost::work_done();
    auto [thetas, curve] = train_group(federation, *alone, theta, clients, group, plan.top4);
    const auto done = cost::work_done() - before;  // scores are no work of training
    const auto initial = learn::evaluate(engine, theta, group.query(), plan.top4);
    const auto adapted = learn::evaluate(engine, thetas, group.query(), plan.top4);
    std::vector<ClientScore> scores;
    for (std::size_t i = 0; i < clients.size(); ++i) {
      const auto& client = federation.catalogue[clients[i]];
      scores.push_back({clients[i], initial[i], adapted[i], alone->flops(f, client.support)});
      if (alone->followed_every() == 0 || client.role != data::Role::test) continue;
      curve.push_back({clients[i], 0, initial[i]});
      curve.push_back({clients[i], alone->steps(), adapted[i]});
    }
    noted.work += done;
    noted.curve.insert(noted.curve.end(), curve.begin(), curve.end());
    return scores;
  };
}

std::vector<cost::SelfCurveRow> self_curve(const Federation& federation,
                                           const std::vector<CurveScore>& mine) {
  std::vector<cost::SelfCurveRow> curve;
  for (const auto& [step, row] : curve_points(federation, mine))
    curve.push_back({step, row.accuracy, row.accuracy_client_mean, row.accuracy_top4});
  return curve;
}

/// Checks the clients' counted work against the formula.
void check_flops(Validity& validity, const std::string& run, const Federation& federation,
                 const std::vector<ClientScore>& scores, const std::vector<cost::Work>& work_of_ranks) {
  std::int64_t expected = 0, counted = 0;
  for (const auto& score : scores) expected += score.flops;
  for (const auto& work : work_of_ranks)
    counted += cost::work_flops(work, federation.network.forward_flops_per_sample());
  validity.require(counted == expected, run + ": counted FLOPs differ from the formula");
}

}  // namespace

Outcome run_baseline(const Federation& federation, const algorithms::Method& method, const RunPlan& plan,
                     const Start& start, Observer* observer, Validity& validity) {
  const cost::Stopwatch wall;
  cost::Stopwatch phase;
  const auto run = method.name() + " seed " + std::to_string(plan.seed);
  const bool trains = method.has_network();
  Outcome outcome;
  Scorer scorer;
  Noted noted;
  if (trains) {
    const auto theta = initial_theta(start, federation.network, plan.seed);
    outcome.phi_initial = outcome.phi = theta;
    scorer = training_alone(federation, method, plan, theta.to(federation.device), noted);
  } else {
    comm::agree(federation.world, [&] { scorer = counting(federation, method); });
  }
  outcome.seconds.setup = phase.lap();

  std::vector<ViewEvaluation> views(1);
  auto& view = views.front();
  for (const auto role : evaluated_roles(plan, federation.catalogue)) {
    const cost::Stopwatch clock;
    const auto scores = score_clients(federation, role, plan, 0, scorer);
    const auto mine = std::exchange(noted, {});
    const auto work_of_ranks = federation.world.gather(mine.work);
    auto curve = self_curve(federation, mine.curve);
    outcome.stopped = federation.world.told_to_stop() != 0;
    if (outcome.stopped) return outcome;
    if (!federation.world.root()) continue;
    auto row = summarize(scores, true);
    row.split = split_name(role);
    row.seconds = clock.seconds();
    if (trains) {
      check_round(validity, run, row.loss, {});
      check_flops(validity, run, federation, scores, work_of_ranks);
    }
    view.rows.push_back(row);
    if (role == data::Role::test) {
      view.clients = client_rows(scores, true);
      view.self_curve = std::move(curve);
    }
  }
  outcome.seconds.evaluation = phase.lap();
  if (federation.world.root() && observer) observer->on_evaluation(views);
  outcome.seconds.recording = phase.lap();
  outcome.wall_seconds = wall.seconds();
  if (federation.world.root()) check_seconds(validity, run, outcome.seconds, outcome.wall_seconds);
  return outcome;
}

}  // namespace fedmeta::federate

#include "federate/evaluation.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <limits>
#include <utility>

#include "base/stop_signal.hpp"
#include "federate/client_stream.hpp"
#include "federate/group_size.hpp"
#include "federate/sampling.hpp"
#include "trace/span.hpp"

namespace fedmeta::federate {
namespace {

double accuracy(const learn::Score& score) {
  return static_cast<double>(score.correct) / static_cast<double>(score.samples);
}

/// Returns NaN if it was not counted.
double accuracy_top4(const learn::Score& score) {
  if (!score.correct_top4) return std::numeric_limits<double>::quiet_NaN();
  return static_cast<double>(*score.correct_top4) / static_cast<double>(score.samples);
}

/// Returns the relative cost of evaluating a client: one forward pass per query sample, and three per support
/// sample for adaptation.
std::int64_t evaluation_cost(const hosting::CatalogueClient& client) {
  return client.samples + 2 * client.support;
}

/// Returns a role's clients, or a sample of them if the plan limits how many are evaluated at a time.
std::vector<std::int32_t> chosen_clients(const hosting::Catalogue& catalogue, data::Role role,
                                         const RunPlan& plan, std::int64_t round) {
  auto clients = catalogue.with_role(role);
  if (plan.eval_clients == 0 || plan.eval_clients >= static_cast<std::int64_t>(clients.size()))
    return clients;
  return sample_clients(clients, plan.eval_clients, plan.seed, round);
}

/// Calls `visit(clients)` for this rank's share of them, as in_groups does, until a stop signal.
void visit_clients(const Federation& federation, data::Role role, const RunPlan& plan, std::int64_t round,
                   const std::function<void(const std::vector<std::int32_t>&)>& visit) {
  const auto& catalogue = federation.catalogue;
  const auto clients = chosen_clients(catalogue, role, plan, round);
  std::vector<std::int64_t> costs;
  std::vector<int> homes;
  for (const auto client : clients) {
    costs.push_back(evaluation_cost(catalogue[client]));
    homes.push_back(catalogue[client].home);
  }
  const auto place = place_clients(costs, homes, catalogue.node_of_rank, plan.balanced);
  const auto limit = clients_at_a_time(federation, plan, /*kept_steps=*/0);
  std::vector<std::int32_t> mine;
  for (std::size_t i = 0; i < clients.size(); ++i)
    if (place[i] == federation.world.rank()) mine.push_back(clients[i]);
  in_groups(federation, std::ssize(mine), limit, [&](std::int64_t begin, std::int64_t end) {
    if (stop_signal()) return false;  // what has been found is dropped
    const trace::Span span("evaluating clients", {"client", mine[static_cast<std::size_t>(begin)]});
    visit({mine.begin() + begin, mine.begin() + end});
    return true;
  });
}

}  // namespace

std::vector<data::Role> evaluated_roles(const RunPlan& plan, const hosting::Catalogue& catalogue) {
  using enum data::Role;
  if (plan.eval_on == "test") return {test};
  if (plan.eval_on == "validation") return {validation};
  if (plan.eval_on == "both") return {validation, test};
  if (plan.eval_on == "train") return {train};
  if (catalogue.with_role(validation).empty()) return {train, test};
  return {train, validation, test};
}

std::string split_name(data::Role role) {
  if (role == data::Role::train) return "train";
  return role == data::Role::test ? "test" : "validation";
}

double evaluation_work(const algorithms::Algorithm& algorithm, bool adapts, std::int64_t samples,
                       std::int64_t support) {
  const auto query = static_cast<double>(samples - support);
  // A client whose samples are all support trains as it adapts.
  return adapts ? 2 * query + static_cast<double>(algorithm.flops(1, support, support)) : query;
}

learn::Group adapting_group(const Federation& federation, const std::vector<std::int32_t>& clients,
                            std::int64_t seed, std::int64_t round) {
  learn::Group group;
  for (const auto client : clients) {
    group.tasks.push_back(federation.shard.task(client));
    group.orders.push_back(adaptation_order(federation.catalogue, seed, round, client));
  }
  return group;
}

std::vector<ClientScore> score_clients(const Federation& federation, data::Role role, const RunPlan& plan,
                                       std::int64_t round, const Scorer& score) {
  std::vector<ClientScore> mine;
  visit_clients(federation, role, plan, round, [&](const auto& clients) {
    const auto scores = score(clients);
    mine.insert(mine.end(), scores.begin(), scores.end());
  });
  auto all = federation.world.gather_lists(std::span<const ClientScore>(mine));
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.client < b.client; });
  return all;
}

std::vector<ClientScore> evaluate_clients(const Federation& federation,
                                          const algorithms::Algorithm& algorithm, bool adapts,
                                          const at::Tensor& phi, data::Role role, const RunPlan& plan,
                                          std::int64_t round) {
  const auto& engine = federation.engine;
  return score_clients(federation, role, plan, round, [&](const auto& clients) {
    const auto group = adapting_group(federation, clients, plan.seed, round);
    const auto initial = learn::evaluate(engine, algorithm.theta(phi), group.query(), plan.top4);
    const auto adapted =
        adapts ? learn::evaluate(engine, algorithm.adapt(engine, phi, group), group.query(), plan.top4)
               : initial;
    std::vector<ClientScore> scores;
    for (std::size_t i = 0; i < clients.size(); ++i) scores.push_back({clients[i], initial[i], adapted[i]});
    return scores;
  });
}

std::vector<cost::CurveRow> adaptation_curve(const Federation& federation,
                                             const algorithms::Algorithm& algorithm, const at::Tensor& phi,
                                             data::Role role, const RunPlan& plan, std::int64_t round) {
  const auto& engine = federation.engine;
  std::vector<CurveScore> mine;
  visit_clients(federation, role, plan, round, [&](const auto& clients) {
    const auto group = adapting_group(federation, clients, plan.seed, round);
    std::vector<CurveScore> found;
    algorithm.follow_adaptation(engine, phi, group, [&](std::int64_t epochs, const at::Tensor& thetas) {
      const auto scores = learn::evaluate(engine, thetas, group.query());
      for (std::size_t i = 0; i < clients.size(); ++i) found.push_back({clients[i], epochs, scores[i]});
    });
    mine.insert(mine.end(), found.begin(), found.end());
  });
  std::vector<cost::CurveRow> curve;
  for (const auto& [epochs, row] : curve_points(federation, mine))
    curve.push_back({epochs, row.accuracy, row.accuracy_client_mean});
  return curve;
}

std::vector<CurvePoint> curve_points(const Federation& federation, const std::vector<CurveScore>& mine) {
  auto all = federation.world.gather_lists(std::span<const CurveScore>(mine));
  const auto place = [](const CurveScore& s) { return std::pair(s.place, s.client); };
  std::sort(all.begin(), all.end(), [&](const auto& a, const auto& b) { return place(a) < place(b); });
  std::vector<CurvePoint> points;
  for (auto first = all.begin(); first != all.end();) {
    const auto last = std::find_if(first, all.end(), [&](const auto& s) { return s.place != first->place; });
    std::vector<ClientScore> scores;
    for (auto s = first; s != last; ++s) scores.push_back({s->client, s->score, s->score});
    points.push_back({first->place, summarize(scores, true)});
    first = last;
  }
  return points;
}

cost::EvaluationRow summarize(const std::vector<ClientScore>& scores, bool adapted) {
  learn::Score initial, final;
  double initial_sum = 0, final_sum = 0;
  for (const auto& score : scores) {
    const auto& counted = adapted ? score.adapted : score.initial;
    initial += score.initial;
    final += counted;
    initial_sum += accuracy(score.initial);
    final_sum += accuracy(counted);
  }
  const auto clients = static_cast<double>(scores.size());
  cost::EvaluationRow row;
  row.accuracy = accuracy(final);
  row.accuracy_top4 = accuracy_top4(final);
  row.accuracy_client_mean = final_sum / clients;
  row.loss = final.loss_sum / static_cast<double>(final.samples);
  row.initial_accuracy = accuracy(initial);
  row.initial_loss = initial.loss_sum / static_cast<double>(initial.samples);
  row.initial_accuracy_client_mean = initial_sum / clients;
  return row;
}

std::vector<cost::ClientRow> client_rows(const std::vector<ClientScore>& scores, bool adapted) {
  std::vector<cost::ClientRow> rows;
  rows.reserve(scores.size());
  for (const auto& score : scores) {
    const auto& counted = adapted ? score.adapted : score.initial;
    rows.push_back({score.client, accuracy(score.initial), accuracy(counted),
                    static_cast<std::int32_t>(score.initial.samples), accuracy_top4(counted), score.flops});
  }
  return rows;
}

}  // namespace fedmeta::federate

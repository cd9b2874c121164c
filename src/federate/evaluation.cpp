#include "federate/evaluation.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <limits>

#include "federate/sampling.hpp"

namespace fedmeta::federate {
namespace {

double accuracy(const learn::Score& score) {
  return static_cast<double>(score.correct) / static_cast<double>(score.samples);
}

/// Not a number where it was not counted.
double accuracy_top4(const learn::Score& score) {
  if (!score.correct_top4) return std::numeric_limits<double>::quiet_NaN();
  return static_cast<double>(*score.correct_top4) / static_cast<double>(score.samples);
}

/// Relative cost of evaluating a client: a forward pass per query sample, three per support sample to adapt.
std::int64_t evaluation_cost(const CatalogueClient& client) {
  return client.samples + 2 * client.support;
}

}  // namespace

std::vector<data::Role> evaluated_roles(const RunPlan& plan) {
  if (plan.eval_on == "both") return {data::Role::validation, data::Role::test};
  return {plan.eval_on == "test" ? data::Role::test : data::Role::validation};
}

std::string split_name(data::Role role) {
  return role == data::Role::test ? "test" : "validation";
}

std::vector<ClientScore> score_clients(const Federation& federation, data::Role role, bool balanced,
                                       const std::function<ClientScore(std::int32_t)>& score) {
  const auto& catalogue = federation.catalogue;
  const auto clients = catalogue.with_role(role);
  std::vector<std::int64_t> costs;
  std::vector<int> homes;
  for (const auto client : clients) {
    costs.push_back(evaluation_cost(catalogue[client]));
    homes.push_back(catalogue[client].home);
  }
  const auto place = place_clients(costs, homes, catalogue.node_of_rank, balanced);
  std::vector<ClientScore> mine;
  for (std::size_t i = 0; i < clients.size(); ++i)
    if (place[i] == federation.world.rank()) mine.push_back(score(clients[i]));
  auto all = federation.world.gather_lists(std::span<const ClientScore>(mine));
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.client < b.client; });
  return all;
}

std::vector<ClientScore> evaluate_clients(const Federation& federation, const Algorithm& algorithm,
                                          bool adapts, const at::Tensor& phi, data::Role role,
                                          const RunPlan& plan, std::int64_t round) {
  const auto& engine = federation.engine;
  return score_clients(federation, role, plan.balanced, [&](std::int32_t client) {
    const auto task = federation.shard.task(client);
    ClientScore score{client, learn::evaluate(engine, algorithm.theta(phi), task.query(), plan.top4), {}};
    score.adapted = score.initial;
    if (adapts) {
      const Random order(static_cast<std::uint64_t>(plan.seed), "adaptation order",
                         {static_cast<std::uint64_t>(round), hash(federation.catalogue[client].id)});
      const auto theta = algorithm.adapt(engine, phi, task.support(), order);
      score.adapted = learn::evaluate(engine, theta, task.query(), plan.top4);
    }
    return score;
  });
}

cost::EvaluationRow summarize(const std::vector<ClientScore>& scores, bool adapted) {
  learn::Score initial, final;
  double client_mean = 0;
  for (const auto& score : scores) {
    const auto& counted = adapted ? score.adapted : score.initial;
    initial += score.initial;
    final += counted;
    client_mean += accuracy(counted) / static_cast<double>(scores.size());
  }
  cost::EvaluationRow row;
  row.accuracy = accuracy(final);
  row.accuracy_top4 = accuracy_top4(final);
  row.accuracy_client_mean = client_mean;
  row.loss = final.loss_sum / static_cast<double>(final.samples);
  row.initial_accuracy = accuracy(initial);
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

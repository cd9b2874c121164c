// Evaluation of a meta-learner on the query sets of all clients of a role, before and after adaptation.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "algorithms/algorithm.hpp"
#include "cost/ledger.hpp"
#include "federate/federation.hpp"
#include "federate/run_plan.hpp"
#include "learn/evaluation.hpp"

namespace fedmeta::federate {

/// One client's query set under the parameters as sent and as adapted.
struct ClientScore {
  std::int32_t client = 0;
  learn::Score initial, adapted;
  std::int64_t flops = -1;  ///< algorithmic, of training from scratch; -1 = there was none
};

/// The roles that the run is evaluated on; the last one decides when the target is reached.
std::vector<data::Role> evaluated_roles(const RunPlan& plan, const hosting::Catalogue& catalogue);

/// "train", "validation" or "test".
std::string split_name(data::Role role);

/// Scores a group of clients.
using Scorer = std::function<std::vector<ClientScore>(const std::vector<std::int32_t>& clients)>;

/// Collective. The scores of every client of a role that the plan evaluates, spread over the ranks like those
/// of a round, in groups as large as the engine takes them. Sorted by client; at the root only.
std::vector<ClientScore> score_clients(const Federation& federation, data::Role role, const RunPlan& plan,
                                       std::int64_t round, const Scorer& score);

/// Collective; phi (the same on all ranks) is on the device. As score_clients. Where `adapts` is false,
/// adapted = initial.
std::vector<ClientScore> evaluate_clients(const Federation& federation,
                                          const algorithms::Algorithm& algorithm, bool adapts,
                                          const at::Tensor& phi, data::Role role, const RunPlan& plan,
                                          std::int64_t round);

/// Collective, as evaluate_clients; at the root only. How well a role's clients do after 0, 1, ... epochs of
/// adaptation, as far as the algorithm follows it.
std::vector<cost::CurveRow> adaptation_curve(const Federation& federation,
                                             const algorithms::Algorithm& algorithm, const at::Tensor& phi,
                                             data::Role role, const RunPlan& plan, std::int64_t round);

/// Clients as they adapt after `round`; without a server, after round 0.
learn::Group adapting_group(const Federation& federation, const std::vector<std::int32_t>& clients,
                            std::int64_t seed, std::int64_t round);

/// The columns of an evaluation, of the adapted parameters or of those sent.
cost::EvaluationRow summarize(const std::vector<ClientScore>& scores, bool adapted);

std::vector<cost::ClientRow> client_rows(const std::vector<ClientScore>& scores, bool adapted);

}  // namespace fedmeta::federate

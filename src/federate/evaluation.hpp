// Evaluates a meta-learner on the query sets of all clients of a role, before and after adaptation.
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

/// One client's query set, scored with the parameters as sent and as adapted.
struct ClientScore {
  std::int32_t client = 0;
  learn::Score initial, adapted;
  std::int64_t flops = -1;  ///< algorithmic, for training from scratch; -1 if there was none
};

/// One client's query set, scored after a number of epochs or steps.
struct CurveScore {
  std::int32_t client = 0;
  std::int64_t place = 0;
  learn::Score score;
};

/// All clients at one place of a curve.
struct CurvePoint {
  std::int64_t place = 0;
  cost::EvaluationRow row;
};

/// Collective. Returns the points of a curve from each rank's scores, by place, at the root only.
std::vector<CurvePoint> curve_points(const Federation& federation, const std::vector<CurveScore>& mine);

/// Returns the roles on which the run is evaluated; the last one decides when the target is reached.
std::vector<data::Role> evaluated_roles(const RunPlan& plan, const hosting::Catalogue& catalogue);

/// Returns "train", "validation" or "test".
std::string split_name(data::Role role);

/// Returns the FLOPs of evaluating a client with so many samples and so large a support set, for F = 1: what
/// the time of evaluations is predicted by.
double evaluation_work(const algorithms::Algorithm& algorithm, bool adapts, std::int64_t samples,
                       std::int64_t support);

/// Scores a group of clients.
using Scorer = std::function<std::vector<ClientScore>(const std::vector<std::int32_t>& clients)>;

/// Collective. Returns the scores of all clients of a role that the plan evaluates, sorted by client, at the
/// root only. Spreads the clients over the ranks as in a round, in groups as large as the engine's limit.
/// After a stop signal, which Communicator::told_to_stop() then reports on all ranks, some scores are
/// missing.
std::vector<ClientScore> score_clients(const Federation& federation, data::Role role, const RunPlan& plan,
                                       std::int64_t round, const Scorer& score);

/// Collective. Scores clients as score_clients does. phi is on the device and the same on all ranks. If
/// `adapts` is false, the adapted score is the initial one.
std::vector<ClientScore> evaluate_clients(const Federation& federation,
                                          const algorithms::Algorithm& algorithm, bool adapts,
                                          const at::Tensor& phi, data::Role role, const RunPlan& plan,
                                          std::int64_t round);

/// Collective. Returns the accuracy of a role's clients after 0, 1, ... epochs of adaptation, for as many as
/// the algorithm follows; at the root only. phi as in evaluate_clients.
std::vector<cost::CurveRow> adaptation_curve(const Federation& federation,
                                             const algorithms::Algorithm& algorithm, const at::Tensor& phi,
                                             data::Role role, const RunPlan& plan, std::int64_t round);

/// Returns clients as a group that adapts after `round`; without a server, after round 0.
learn::Group adapting_group(const Federation& federation, const std::vector<std::int32_t>& clients,
                            std::int64_t seed, std::int64_t round);

/// Returns an evaluation's columns, for the adapted parameters or for those sent.
cost::EvaluationRow summarize(const std::vector<ClientScore>& scores, bool adapted);

std::vector<cost::ClientRow> client_rows(const std::vector<ClientScore>& scores, bool adapted);

}  // namespace fedmeta::federate

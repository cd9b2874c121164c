// The server's loop: the stages of one run, with one seed.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "algorithms/stages.hpp"
#include "cost/ledger.hpp"
#include "federate/evaluation.hpp"
#include "federate/server_state.hpp"
#include "federate/validity.hpp"

namespace fedmeta::federate {

/// A name under which a training is reported. fedavg and fedavg-meta are two views of one training.
struct View {
  std::string algorithm;
  bool adapts = true;
};

/// One view's part of an evaluation.
struct ViewEvaluation {
  std::vector<cost::EvaluationRow> rows;  ///< one per role, in the order of evaluated_roles
  std::optional<cost::TargetRow> target;  ///< if this evaluation is the first to reach it
  std::vector<cost::ClientRow> clients;   ///< the test clients, after the last round
  std::vector<cost::CurveRow> curve;      ///< of the test clients after the last round, if asked for
};

/// Receives rows at the root as they are made; the training keeps none.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void on_round(const cost::RoundRow& row) = 0;
  /// Called after an evaluation, with one entry per view, in the order of the views.
  virtual void on_evaluation(const std::vector<ViewEvaluation>& views) = 0;
};

/// The result of a training at the root, apart from its rows.
struct Outcome {
  at::Tensor phi_initial, phi;  ///< fp32, CPU
  PhaseSeconds seconds;
  double wall_seconds = 0;
};

class Training {
 public:
  Training(const Federation& federation, const algorithms::Run& run, std::vector<View> views,
           const RunPlan& plan, model::Initialisation initialisation);

  /// Continues from the state of another training, with the same stages, plan and clients, on the same rank.
  void go_on_from(const ServerState& state);

  /// Collective. Runs the remaining rounds. Calls `observer` at the root only; elsewhere it may be null. The
  /// outcome is valid at the root.
  Outcome run(Observer* observer, Validity& validity);
  /// Collective. Runs only the next round. Returns its row, valid at the root.
  cost::RoundRow step(Validity& validity);
  /// Returns the state after the rounds so far.
  const ServerState& state() const { return state_; }

 private:
  void evaluate(std::int32_t number, Observer* observer, Validity& validity);
  void evaluate_role(std::int32_t number, data::Role role, std::vector<ViewEvaluation>& views);
  /// Returns the target's row if this evaluation is the first to reach it.
  std::optional<cost::TargetRow> target_reached(int view, const cost::EvaluationRow& row);
  bool rederivation_agrees();
  void send_phi();
  /// Returns the updates of a group of clients in a round, each trained from the state that it keeps.
  learn::Updates train(const algorithms::Algorithm& algorithm, std::int32_t round,
                       const std::vector<std::int32_t>& clients);
  /// Returns a client's samples in a round. If the options say so, divides them anew, or draws an episode
  /// with `order`.
  learn::Task task(const algorithms::RoundOptions& options, std::int32_t round, std::int32_t client,
                   Random& order);
  /// Returns the algorithm of a round. If it changes, server and clients start with fresh optimisers.
  const algorithms::Algorithm& enter_round(std::int32_t round);
  Random stream(const char* purpose, std::int32_t round, std::int32_t client) const;
  std::string run_name() const;

  const Federation& federation_;
  const algorithms::Run& run_;
  std::vector<View> views_;
  RunPlan plan_;
  std::vector<std::int32_t> train_clients_;
  ServerState state_;
  at::Tensor phi_;  ///< state_.phi on the device
  Outcome outcome_;
};

}  // namespace fedmeta::federate

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

/// What one training is reported as. fedavg and fedavg-meta are two views of one training.
struct View {
  std::string algorithm;
  bool adapts = true;
};

/// What one evaluation found for one view.
struct ViewEvaluation {
  std::vector<cost::EvaluationRow> rows;  ///< one for each role, in the order of evaluated_roles
  std::optional<cost::TargetRow> target;  ///< where this evaluation is the first to reach it
  std::vector<cost::ClientRow> clients;   ///< the test clients, after the last round
  std::vector<cost::CurveRow> curve;      ///< of the test clients after the last round, where it is asked for
};

/// Takes rows at the root as they are made; the training keeps none.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void on_round(const cost::RoundRow& row) = 0;
  /// After the rounds so far; parallel to the views.
  virtual void on_evaluation(const std::vector<ViewEvaluation>& views) = 0;
};

/// What a training leaves at the root, its rows apart.
struct Outcome {
  at::Tensor phi_initial, phi;  ///< fp32, CPU
  PhaseSeconds seconds;
  double wall_seconds = 0;
};

class Training {
 public:
  Training(const Federation& federation, const algorithms::Run& run, std::vector<View> views,
           const RunPlan& plan, model::Initialisation initialisation);

  /// Continues from another training's state, of the same stages, plan and clients, and of the same rank.
  void go_on_from(const ServerState& state);

  /// Collective. The rounds that are left. `observer` is called at the root only and may be null elsewhere.
  /// The outcome is at the root.
  Outcome run(Observer* observer, Validity& validity);
  /// Collective. The next round alone; its row is at the root.
  cost::RoundRow step(Validity& validity);
  /// After the rounds so far.
  const ServerState& state() const { return state_; }

 private:
  void evaluate(std::int32_t number, Observer* observer, Validity& validity);
  void evaluate_role(std::int32_t number, data::Role role, std::vector<ViewEvaluation>& views);
  /// The target's row where an evaluation is the first to reach it.
  std::optional<cost::TargetRow> target_reached(int view, const cost::EvaluationRow& row);
  bool rederivation_agrees();
  void send_phi();
  /// What a group of clients sends in a round, each from the state that it keeps.
  learn::Updates train(const algorithms::Algorithm& algorithm, std::int32_t round,
                       const std::vector<std::int32_t>& clients);
  /// A client's samples in a round: divided anew, or an episode drawn by the order it is given, where the
  /// options say so.
  learn::Task task(const algorithms::RoundOptions& options, std::int32_t round, std::int32_t client,
                   Random& order);
  /// The algorithm that rules a round; where it changes, server and clients start with fresh optimisers.
  const algorithms::Algorithm& enter_round(std::int32_t round);
  Random stream(const char* purpose, std::int32_t round, std::int32_t client) const;
  std::string run_name() const;

  const Federation& federation_;
  const algorithms::Run& run_;
  std::vector<View> views_;
  RunPlan plan_;
  std::vector<std::int32_t> train_clients_;
  ServerState state_;
  at::Tensor phi_;  ///< that of the state, on the device
  Outcome outcome_;
};

}  // namespace fedmeta::federate

// The server's loop: the stages of one run, with one seed.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "algorithms/stages.hpp"
#include "cost/ledger.hpp"
#include "federate/aggregation.hpp"
#include "federate/cohort.hpp"
#include "federate/device_link.hpp"
#include "federate/evaluation.hpp"
#include "federate/round_records.hpp"
#include "federate/server_state.hpp"
#include "federate/start.hpp"
#include "federate/validity.hpp"

namespace fedmeta::federate {

/// A name under which a training is reported. fedavg and fedavg-meta are two views of one training.
struct View {
  std::string algorithm;
  bool adapts = true;
};

/// One view's part of an evaluation.
struct ViewEvaluation {
  std::vector<cost::EvaluationRow> rows;       ///< one per role, in the order of evaluated_roles
  std::optional<cost::TargetRow> target;       ///< if this evaluation is the first to reach it
  std::vector<cost::ClientRow> clients;        ///< the test clients, after the last round
  std::vector<cost::CurveRow> curve;           ///< of the test clients after the last round, if asked for
  std::vector<cost::SelfCurveRow> self_curve;  ///< of test clients that train alone, if asked for
};

/// Receives rows at the root as they are made; the training keeps none.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void on_round(const cost::RoundRow& row) = 0;
  /// Called after an evaluation, with one entry per view, in the order of the views.
  virtual void on_evaluation(const std::vector<ViewEvaluation>& views) = 0;
};

/// Saves a training's progress.
class Keeper {
 public:
  virtual ~Keeper() = default;
  /// Collective. Called between two rounds. Returns whether it wrote a checkpoint.
  virtual bool between_rounds(const ServerState& state, const Validity& validity) = 0;
};

/// The result of a training at the root, apart from its rows.
struct Outcome {
  at::Tensor phi_initial, phi;  ///< fp32, CPU
  PhaseSeconds seconds;
  double wall_seconds = 0;
  bool stopped = false;     ///< by a signal, before the end; valid on all ranks
  std::int32_t rounds = 0;  ///< completed; valid on all ranks
};

class Training {
 public:
  /// Collective.
  Training(const Federation& federation, const algorithms::Run& run, std::vector<View> views,
           const RunPlan& plan, const Start& start);

  /// Continues from the state of another training, with the same stages, plan and clients. Each rank passes
  /// the states of the clients that it trains; phi may be undefined on all ranks but the root.
  void go_on_from(const ServerState& state);

  /// Collective. Runs the remaining rounds, those after `start` unless it is null. Calls `observer` at the
  /// root only; elsewhere it may be null. `keeper` is null on all ranks or on none. The outcome is valid at
  /// the root.
  Outcome run(Observer* observer, Validity& validity, Keeper* keeper = nullptr,
              const ServerState* start = nullptr);
  /// Collective. Runs only the next round. Returns its row, valid at the root. Returns nothing after a stop
  /// signal: the state is then as before, and the round has to be run again.
  std::optional<cost::RoundRow> step(Validity& validity);
  /// Returns the state after the rounds so far.
  const ServerState& state() const { return state_; }

 private:
  /// Returns whether the last completed round still has to be evaluated. Round 0 is what the run starts from.
  bool evaluation_due() const;
  /// Evaluates after the last completed round. Returns false if a stop signal came in between; nothing has
  /// changed then.
  bool evaluate(Observer* observer, Validity& validity);
  void evaluate_role(std::int32_t number, data::Role role, std::vector<ViewEvaluation>& views,
                     Validity& validity);
  /// Returns the target's row if this evaluation is the first to reach it.
  std::optional<cost::TargetRow> target_reached(int view, const cost::EvaluationRow& row);
  bool rederivation_agrees();
  void enter(cost::Phase phase) const;
  void send_phi();
  /// Of the parameters on this rank.
  Fingerprint fingerprint_of_phi();
  /// Computes the updates of this rank's clients in a round, until a stop signal, and adds them to
  /// `aggregation`. Returns a record of each client, and writes the FLOPs into `mine`.
  std::vector<ClientRecord> compute_updates(const algorithms::Algorithm& algorithm, std::int32_t round,
                                            const Cohort& cohort, Aggregation& aggregation, RankRecord& mine);
  /// Marks, if `total` says that an update of this rank is not finite, the first such client.
  void mark_lost(const algorithms::Algorithm& algorithm, std::int32_t round, const Cohort& cohort,
                 double total, std::vector<ClientRecord>& trained);
  /// Checks a round at the root.
  void check_row(const cost::RoundRow& row, const algorithms::Algorithm& algorithm,
                 const std::vector<RankRecord>& ranks, const std::vector<ClientRecord>& records,
                 Validity& validity);
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
  std::map<std::int32_t, learn::OptimizerState> changed_clients_;  ///< by the current round
  DeviceLink link_;
  std::optional<DeviceFingerprint> device_fingerprint_;  ///< if any rank's parameters are on a device
  Outcome outcome_;
};

}  // namespace fedmeta::federate

// A federation for tests: fourteen clients with a handful of 8 x 8 images each, three classes, and a small
// network of FEMNIST's kind. Beside it the same training computed serially, on one rank and without
// federate's loop: what every rank count is compared with.
#pragma once

#include <ATen/ATen.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "algorithms/protocol.hpp"
#include "federate/training.hpp"
#include "model/image_cnn.hpp"

namespace fedmeta::test {

/// Clients 0..8 train, 9 and 10 validate, 11..13 test.
class SmallFederation {
 public:
  enum class Homes { spread, root };  ///< client i at rank i mod world, or all at rank 0

  explicit SmallFederation(Homes homes = Homes::spread);

  /// With this federation's own engine, or with another in its place.
  federate::Federation federation() const { return with(*engine_); }
  federate::Federation with(const learn::Engine& engine) const;

  const comm::Communicator& world() const { return world_; }
  const hosting::Catalogue& catalogue() const { return catalogue_; }
  const model::Network& network() const { return network_; }
  const learn::Engine& engine() const { return *engine_; }
  /// A client's samples, made here and not taken from the shard.
  data::Task task(std::int32_t client) const;

 private:
  comm::Communicator world_ = comm::Communicator::world();
  model::ImageCnn network_{{8, 3, 2, 3, 8, 3}};
  std::unique_ptr<learn::Engine> engine_;
  std::vector<data::Client> clients_;
  hosting::Catalogue catalogue_;
  std::unique_ptr<hosting::Shard> shard_;
};

/// Three rounds of five clients; perfedavg: two, and one of four in its second stage.
Protocol small_protocol(const std::string& algorithm);

/// All rounds of a protocol, and what holds in one of them: of perfedavg, the stage's values by hand.
std::int64_t rounds_of(const Protocol& protocol);
Protocol protocol_of_round(const Protocol& protocol, std::int64_t round);

/// Keeps all rows that it is given, as the results file does, and passes them on to another observer, if any.
class Rows final : public federate::Observer {
 public:
  explicit Rows(std::size_t views = 1, federate::Observer* next = nullptr) : views(views), next_(next) {}

  void on_round(const cost::RoundRow& row) override;
  void on_evaluation(const std::vector<federate::ViewEvaluation>& evaluations) override;

  struct View {
    std::vector<cost::EvaluationRow> evaluations;
    std::vector<cost::ClientRow> clients;
    std::optional<cost::TargetRow> target;
    std::vector<cost::CurveRow> curve;
    std::vector<cost::SelfCurveRow> self_curve;
  };
  std::vector<cost::RoundRow> rounds;
  std::vector<View> views;

 private:
  federate::Observer* next_;
};

/// A training's outcome, with its rows at the root.
struct Trained : federate::Outcome {
  std::vector<cost::RoundRow> rounds;
  std::vector<Rows::View> views;
};

/// Runs a training of `protocol.algorithm`, seen as `views` (default: under its own name).
Trained train(const federate::Federation& federation, const Protocol& protocol, const federate::RunPlan& plan,
              federate::Validity& validity, std::vector<federate::View> views = {},
              federate::Observer* observer = nullptr, const federate::Start& start = {});

/// Why a training is not valid, in lines; but for its seconds, which a busy machine may spoil.
std::string faults(const federate::Validity& validity);

struct SerialRound {
  std::vector<std::int32_t> clients;
  double loss = 0;
  std::int64_t flops_executed = 0;
};

struct SerialTraining {
  std::vector<SerialRound> rounds;
  at::Tensor phi;
};

/// The same by learn:: alone. `fixed_point` as for --reduction reproducible, else a plain fp32 sum.
SerialTraining train_serially(const SmallFederation& small, const Protocol& protocol, std::int64_t seed,
                              bool fixed_point);

/// The parameters with which client `client` is tested after `round` rounds.
at::Tensor adapt_serially(const SmallFederation& small, const Protocol& protocol, const at::Tensor& phi,
                          std::int32_t client, std::int64_t seed, std::int64_t round);

}  // namespace fedmeta::test

// FedAvg (McMahan et al. 2017), tested as it is or after fine-tuning: FedAvg(Meta) of Chen et al. 2018. They
// differ in nothing else, so one training serves both.
#include "algorithms/fine_tuned.hpp"
#include "algorithms/method.hpp"

namespace fedmeta::algorithms {
namespace {

struct FedAvgOptions {
  RoundOptions rounds;
  LocalTraining local;
  ServerOptions server;

  OptionTable rows() {
    return {training_group(rounds), local_group(local, server), production_group(rounds)};
  }
  void check() const {
    check_server(server, "");
    check_beta1(local.beta1, "local-beta1");
  }
  std::string describe() const { return local_text(local, server); }
};

class FedAvg final : public LocalAlgorithm {
 public:
  explicit FedAvg(const FedAvgOptions& options)
      : LocalAlgorithm(options.rounds, options.local, options.server) {}

  bool trains_as(const Algorithm& other) const override;
};

class FedAvgMeta final : public FineTuned {
 public:
  using FineTuned::FineTuned;

  bool trains_as(const Algorithm& other) const override {
    const auto* fedavg = dynamic_cast<const FedAvg*>(&other);
    return fedavg && has_same_training(*fedavg);
  }
};

bool FedAvg::trains_as(const Algorithm& other) const {
  const auto* meta = dynamic_cast<const FedAvgMeta*>(&other);
  return meta && has_same_training(*meta);
}

}  // namespace

std::unique_ptr<MethodOptions> make_fedavg() {
  return std::make_unique<MethodWithRounds<FedAvgOptions, FedAvg>>();
}

std::unique_ptr<MethodOptions> make_fedavg_meta() {
  return std::make_unique<MethodWithRounds<FineTunedOptions, FedAvgMeta>>();
}

}  // namespace fedmeta::algorithms

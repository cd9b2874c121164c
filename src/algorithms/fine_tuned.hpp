// Local training that is followed by fine-tuning on a new client's support set: fedavg-meta and reptile.
#pragma once

#include "algorithms/local_algorithm.hpp"
#include "algorithms/option_groups.hpp"

namespace fedmeta::algorithms {

struct FineTunedOptions {
  RoundOptions rounds;
  LocalTraining local;
  ServerOptions server;
  LaterTraining finetune;
  std::int64_t test_steps = 0;

  OptionTable rows() {
    return {training_group(rounds), local_group(local, server), finetuning_group(finetune),
            production_group(rounds, test_steps)};
  }
  void check() const {
    check_server(server, "");
    check_beta1(local.beta1, "local-beta1");
  }
  std::string describe() const { return local_text(local, server); }
};

/// How a new client trains.
inline LocalTraining fine_tuning(const LocalTraining& local, const LaterTraining& finetune,
                                 std::int64_t test_steps) {
  auto training = finetune.after(local);
  training.passes = at_test(test_steps, training.passes);
  return training;
}

class FineTuned : public LocalAlgorithm {
 public:
  explicit FineTuned(const FineTunedOptions& options)
      : LocalAlgorithm(options.rounds, options.local, options.server),
        fine_tuning_(fine_tuning(options.local, options.finetune, options.test_steps)) {}

  at::Tensor adapt(const learn::Engine& engine, const at::Tensor& phi,
                   const learn::Group& group) const override {
    return trained_on_support(engine, phi, group, fine_tuning_);
  }
  bool adapts() const override { return true; }

 private:
  LocalTraining fine_tuning_;
};

}  // namespace fedmeta::algorithms

// MIXED: one network for all users' records, fine-tuned on each test user's (Chen et al. 2018, section 4.3).
// The paper: one client a round, episodes of min(500, n_u / 2) records, 80,000 rounds, Adam.
#include "algorithms/fedsgd.hpp"
#include "algorithms/fine_tuned.hpp"
#include "algorithms/method.hpp"

namespace fedmeta::algorithms {
namespace {

struct MixedOptions {
  RoundOptions rounds;
  LocalTraining local;  ///< of adaptation
  OuterStep outer;
  LaterTraining finetune;
  std::int64_t test_steps = 0;

  OptionTable rows() {
    return {training_group(rounds, false), local_adaptation_group(local), outer_group(outer),
            finetuning_group(finetune), production_group(rounds, test_steps)};
  }
  void check() const { check_beta1(local.beta1, "local-beta1"); }
  std::string describe() const { return "one gradient; server " + outer_text(outer); }
};

class Mixed final : public FedSgd {
 public:
  explicit Mixed(const MixedOptions& options)
      : FedSgd(options.rounds, options.outer),
        fine_tuning_(fine_tuning(options.local, options.finetune, options.test_steps)) {}

  at::Tensor adapt(const learn::Engine& engine, const at::Tensor& phi,
                   const learn::Group& group) const override {
    return trained_on_support(engine, phi, group, fine_tuning_);
  }
  bool adapts() const override { return true; }

 private:
  LocalTraining fine_tuning_;
};

}  // namespace

std::unique_ptr<MethodOptions> make_mixed() {
  return std::make_unique<MethodWithRounds<MixedOptions, Mixed>>();
}

}  // namespace fedmeta::algorithms

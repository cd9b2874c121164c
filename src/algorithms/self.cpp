// SELF: each test client's network, trained from scratch on its support set (Chen et al. 2018, section 4.3).
#include "algorithms/method.hpp"
#include "algorithms/option_groups.hpp"
#include "base/text.hpp"
#include "cost/formulas.hpp"

namespace fedmeta::algorithms {
namespace {

struct SelfOptions {
  LocalTraining local;
  std::int64_t self_steps = 100, self_curve = 0;

  learn::Passes passes() const { return {1, long_batch, self_steps}; }

  OptionTable rows() {
    OptionGroup production{"Production task", {}};
    production.row("self-steps", self_steps, options::positive, "Steps of self, 500 samples each").scaled();
    production
        .row("self-curve", self_curve, options::not_negative,
             "Steps of self between evaluations of the test clients; 0 = none")
        .scaled();
    return {local_optimizer_group(local), production};
  }
  std::string describe() const {
    return "from scratch, " + options::word(local.optimizer) + " " + general(local.lr) + ", " +
           passes_text(passes());
  }
};

class Self final : public TrainedAlone {
 public:
  explicit Self(const SelfOptions& options) : options_(options) {}

  learn::LocalResult train(const learn::Engine& engine, const at::Tensor& theta, const learn::Group& group,
                           const learn::AfterStep& after) const override {
    return learn::train_locally(engine, theta, group.support(), options_.passes(),
                                *options_.local.make_optimizer(), group.orders, after);
  }
  std::int64_t steps() const override { return options_.self_steps; }
  std::int64_t followed_every() const override { return options_.self_curve; }
  std::int64_t flops(std::int64_t f, std::int64_t support) const override {
    return cost::local_flops(f, learn::rows_processed(support, options_.passes()));
  }

 private:
  SelfOptions options_;
};

class SelfMethod final : public MethodOf<SelfOptions> {
 public:
  std::unique_ptr<MethodOptions> clone() const override { return std::make_unique<SelfMethod>(*this); }
  std::unique_ptr<TrainedAlone> make_trained_alone() const override {
    return std::make_unique<Self>(options_);
  }
};

}  // namespace

std::unique_ptr<MethodOptions> make_self() {
  return std::make_unique<SelfMethod>();
}

}  // namespace fedmeta::algorithms

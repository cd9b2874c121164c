// What is wrong somewhere must end as INVALID, for the right reason: faults are put into whole trainings.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <limits>

#include "federate/training.hpp"
#include "learn/changed_engine.hpp"
#include "mpi/pmpi_count.hpp"
#include "mpi/small_federation.hpp"

namespace fedmeta::federate {
namespace {

using test::small_protocol;
using test::SmallFederation;

enum class Fault { none, gradient, hessian, nan_gradient, nan_loss };

/// Falsifies one answer.
class FaultyEngine final : public learn::ChangedEngine {
 public:
  FaultyEngine(const learn::Engine& engine, Fault fault) : ChangedEngine(engine), fault_(fault) {}

 protected:
  void change(learn::Gradients& g, const at::Tensor&, const learn::Batches&) const override {
    if (fault_ == Fault::gradient) g.values.mul_(1.01);
    if (fault_ == Fault::nan_gradient) g.values[0][3] = std::numeric_limits<float>::quiet_NaN();
    if (fault_ == Fault::nan_loss) g.losses = g.losses + std::numeric_limits<float>::quiet_NaN();
  }
  void change(learn::HessianProducts& h, const at::Tensor&, const learn::Batches&) const override {
    if (fault_ == Fault::hessian) h.values.mul_(1.01);
  }

 private:
  Fault fault_;
};

std::string reasons(Fault fault, const std::string& algorithm, bool reproducible = false) {
  const SmallFederation small;
  const FaultyEngine engine(small.engine(), fault);
  federate::RunPlan plan;
  plan.reproducible = reproducible;
  Validity validity;
  test::train(small.with(engine), small_protocol(algorithm), plan, validity);
  return test::faults(validity);
}

/// Reasons are collected at the root.
void expect_reason(const std::string& reasons, const std::string& wanted) {
  if (comm::Communicator::world().root()) {
    EXPECT_NE(reasons.find(wanted), std::string::npos) << wanted << " is not in:\n" << reasons;
  }
}

const char* const differs = "a client's update differs from plain autograd's";

TEST(Faults, WithoutAFaultAllIsValid) {
  for (const auto& name : test::names_with_rounds()) EXPECT_EQ(reasons(Fault::none, name), "");
}

TEST(Faults, AWrongGradientIsFound) {
  for (const auto& name : test::names_with_rounds()) expect_reason(reasons(Fault::gradient, name), differs);
}

TEST(Faults, AWrongHessianProductIsFound) {
  for (const auto* name : {"maml", "meta-sgd"}) expect_reason(reasons(Fault::hessian, name), differs);
  EXPECT_EQ(reasons(Fault::hessian, "fomaml"), "") << "first order asks for none";
}

/// The stage between the first and the last is re-derived as they are.
TEST(Faults, AreFoundInEveryStage) {
  const SmallFederation small;
  const FaultyEngine engine(small.engine(), Fault::hessian);
  algorithms::Run run;
  for (const auto* name : {"fedsgd", "maml", "fedsgd"})
    run.stages.push_back({1, test::make_algorithm(small_protocol(name))});
  Validity validity;
  Training(small.with(engine), run, {{"stages", true}}, federate::RunPlan{}, {}).run(nullptr, validity);
  expect_reason(test::faults(validity), differs);
}

TEST(Faults, ANanInAGradientIsFound) {
  for (const auto* name : {"fedsgd", "fedavg", "maml"}) {
    const auto found = reasons(Fault::nan_gradient, name);
    expect_reason(found, differs);
    expect_reason(found, "a parameter is not finite");
  }
}

TEST(Faults, AFixedPointSumSaysThatNanDoesNotFit) {
  expect_reason(reasons(Fault::nan_gradient, "fedsgd", true), "a fixed-point sum is saturated");
}

TEST(Faults, ALossThatIsNotFiniteIsFound) {
  const auto found = reasons(Fault::nan_loss, "fedsgd");
  expect_reason(found, "loss is not finite");
}

TEST(Faults, ALossThatIsNotFiniteNamesClientAndRound) {
  const SmallFederation small;
  const auto& catalogue = small.catalogue();
  const auto found = reasons(Fault::nan_loss, "fedsgd");
  bool named = false;
  for (const auto client : catalogue.with_role(data::Role::train))
    named = named || found.find("loss is not finite: that of client " + catalogue[client].id +
                                " in round 1") != std::string::npos;
  EXPECT_TRUE(named || !small.world().root()) << found;
}

TEST(Faults, AnUpdateThatIsNotFiniteNamesClientAndRound) {
  const SmallFederation small;
  for (const bool reproducible : {false, true}) {
    const auto found = reasons(Fault::nan_gradient, "fedsgd", reproducible);
    bool named = false;
    for (const auto client : small.catalogue().with_role(data::Role::train))
      named = named || found.find("update is not finite: that of client " + small.catalogue()[client].id +
                                  " in round 1") != std::string::npos;
    EXPECT_TRUE(named || !small.world().root()) << found;
  }
}

/// Parameters that are lost stay so: the training ends on all ranks together, and the others of the run go
/// on.
TEST(Faults, ATrainingWhoseParametersAreLostEnds) {
  const SmallFederation small;
  const FaultyEngine engine(small.engine(), Fault::nan_gradient);
  const auto run = test::make_run(small_protocol("fedsgd"));
  for (const bool apart : {false, true}) {
    auto federation = small.with(engine);
    federation.apart = apart;
    Validity validity;
    const auto outcome =
        Training(federation, run, {{"fedsgd", true}}, federate::RunPlan{}, {}).run(nullptr, validity);
    EXPECT_FALSE(outcome.stopped);
    EXPECT_EQ(outcome.rounds, 1);
    expect_reason(test::faults(validity), "a parameter is not finite after round 1");
  }
}

/// An algorithm whose formulas promise other numbers than it goes through.
class FalseFormulas final : public algorithms::Algorithm {
 public:
  FalseFormulas(const test::Protocol& protocol, std::int64_t flops, std::int64_t parameters)
      : algorithms::Algorithm(test::make_algorithm(protocol)->round_options()),
        true_(test::make_algorithm(protocol)),
        flops_(flops),
        parameters_(parameters) {}

  std::int64_t sent_parameters(std::int64_t p) const override {
    return true_->sent_parameters(p) + parameters_;
  }
  learn::Updates client_updates(const learn::Engine& engine, const at::Tensor& phi, const learn::Group& group,
                                learn::ClientStates& states) const override {
    return true_->client_updates(engine, phi, group, states);
  }
  at::Tensor rederive(const algorithms::Reference& reference, const at::Tensor& phi, const learn::Task& task,
                      const Random& order) const override {
    return true_->rederive(reference, phi, task, order);
  }
  std::int64_t flops(std::int64_t f, std::int64_t samples, std::int64_t support) const override {
    return true_->flops(f, samples, support) + flops_;
  }
  at::Tensor adapt(const learn::Engine& engine, const at::Tensor& phi,
                   const learn::Group& group) const override {
    return true_->adapt(engine, phi, group);
  }
  std::unique_ptr<learn::Optimizer> server_optimizer() const override { return true_->server_optimizer(); }

 private:
  std::unique_ptr<algorithms::Algorithm> true_;
  std::int64_t flops_, parameters_;
};

TEST(Faults, CountersThatDifferFromTheFormulasAreFound) {
  const SmallFederation small;
  for (const std::int64_t wrong : {0, 1}) {
    algorithms::Run run;
    run.stages.push_back({3, std::make_unique<FalseFormulas>(small_protocol("maml"), wrong, 1 - wrong)});
    Validity validity;
    Training(small.federation(), run, {{"maml", true}}, federate::RunPlan{}, {}).run(nullptr, validity);
    const std::string expected = wrong ? "maml seed 1: counted FLOPs differ from the formula\n"
                                       : "maml seed 1: counted bytes differ from the formula\n";
    EXPECT_EQ(test::faults(validity), small.world().root() ? expected : "");
  }
}

/// An engine that makes up its Hessian products.
class SkippingEngine final : public learn::Engine {
 public:
  explicit SkippingEngine(const learn::Engine& engine) : engine_(engine) {}

  std::unique_ptr<learn::GroupLoss> loss(const at::Tensor& thetas,
                                         const learn::Batches& batches) const override {
    return std::make_unique<Loss>(engine_.loss(thetas, batches));
  }
  std::vector<at::Tensor> scores(const at::Tensor& thetas, const learn::Batches& batches) const override {
    return engine_.scores(thetas, batches);
  }

 private:
  class Loss final : public learn::GroupLoss {
   public:
    explicit Loss(std::unique_ptr<learn::GroupLoss> loss) : loss_(std::move(loss)) {}
    learn::Gradients gradients() override { return loss_->gradients(); }
    learn::HessianProducts hessian_products(const at::Tensor& v, bool with_gradients) override {
      return {with_gradients ? loss_->gradients().values : at::Tensor(), at::zeros_like(v)};
    }

   private:
    std::unique_ptr<learn::GroupLoss> loss_;
  };

  const learn::Engine& engine_;
};

// The formulas count products that were never made: the meter sees it, whatever the numbers look like.
TEST(Faults, SkippedHessianProductsAreFound) {
  const SmallFederation small;
  const SkippingEngine skipping(small.engine());
  for (const auto* name : {"maml", "meta-sgd"}) {
    Validity validity;
    test::train(small.with(skipping), small_protocol(name), federate::RunPlan{}, validity);
    expect_reason(test::faults(validity), "counted FLOPs differ from the formula");
  }
}

TEST(Faults, ABroadcastThatArrivesWrongIsFound) {
  const SmallFederation small;
  const auto& world = small.world();
  if (world.size() == 1) GTEST_SKIP() << "nobody to differ from";
  for (const bool apart : {false, true}) {
    auto federation = small.federation();
    federation.apart = apart;
    if (world.rank() == world.size() - 1) test::corrupt_next_broadcast();
    Validity validity;
    test::train(federation, small_protocol("fedavg"), federate::RunPlan{}, validity);
    expect_reason(test::faults(validity), "parameters differ between ranks after the broadcast");
  }
}

}  // namespace
}  // namespace fedmeta::federate

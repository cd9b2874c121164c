// What is wrong somewhere must end as INVALID, for the right reason: faults are put into whole trainings.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <limits>

#include "federate/training.hpp"
#include "mpi/pmpi_count.hpp"
#include "mpi/small_federation.hpp"

namespace fedmeta::federate {
namespace {

using test::small_protocol;
using test::SmallFederation;

enum class Fault { none, gradient, hessian, nan_gradient, nan_loss };

/// Passes everything on, and falsifies one answer.
class FaultyEngine final : public learn::Engine {
 public:
  FaultyEngine(const learn::Engine& engine, Fault fault) : engine_(engine), fault_(fault) {}

  learn::Gradient gradient(const at::Tensor& theta, const learn::Batch& batch) const override {
    auto result = engine_.gradient(theta, batch);
    if (fault_ == Fault::gradient) result.value.mul_(1.01);
    if (fault_ == Fault::nan_gradient) result.value[3] = std::numeric_limits<float>::quiet_NaN();
    if (fault_ == Fault::nan_loss) result.loss = result.loss + std::numeric_limits<float>::quiet_NaN();
    return result;
  }
  learn::HessianProduct hessian_product(const at::Tensor& theta, const learn::Batch& batch,
                                        const at::Tensor& v, bool with_gradient) const override {
    auto result = engine_.hessian_product(theta, batch, v, with_gradient);
    if (fault_ == Fault::hessian) result.value.mul_(1.01);
    return result;
  }
  bool has_dropout() const override { return engine_.has_dropout(); }
  at::Tensor scores(const at::Tensor& theta, const at::Tensor& x) const override {
    return engine_.scores(theta, x);
  }

 private:
  const learn::Engine& engine_;
  Fault fault_;
};

std::string reasons(Fault fault, const std::string& algorithm, bool reproducible = false) {
  const SmallFederation small;
  const FaultyEngine engine(small.engine(), fault);
  RunPlan plan;
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

const char* const differs = "a client's contribution differs from plain autograd's";

TEST(Faults, WithoutAFaultAllIsValid) {
  for (const auto& name : algorithm_names()) EXPECT_EQ(reasons(Fault::none, name), "");
}

TEST(Faults, AWrongGradientIsFound) {
  for (const auto& name : algorithm_names()) expect_reason(reasons(Fault::gradient, name), differs);
}

TEST(Faults, AWrongHessianProductIsFound) {
  for (const auto* name : {"maml", "meta-sgd"}) expect_reason(reasons(Fault::hessian, name), differs);
  EXPECT_EQ(reasons(Fault::hessian, "fomaml"), "") << "first order asks for none";
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

/// An algorithm whose formulas promise other numbers than it goes through.
class FalseFormulas final : public Algorithm {
 public:
  FalseFormulas(const Protocol& protocol, std::int64_t flops, std::int64_t parameters)
      : Algorithm(protocol), true_(make_algorithm(protocol)), flops_(flops), parameters_(parameters) {}

  std::int64_t sent_parameters(std::int64_t p) const override {
    return true_->sent_parameters(p) + parameters_;
  }
  learn::Contribution contribute(const learn::Engine& engine, const at::Tensor& phi, const learn::Task& task,
                                 Random order) const override {
    return true_->contribute(engine, phi, task, order);
  }
  learn::Contribution rederive(const federate::Reference& reference, const at::Tensor& phi,
                               const learn::Task& task, Random order) const override {
    return true_->rederive(reference, phi, task, order);
  }
  std::int64_t flops(std::int64_t f, std::int64_t samples, std::int64_t support) const override {
    return true_->flops(f, samples, support) + flops_;
  }
  at::Tensor adapt(const learn::Engine& engine, const at::Tensor& phi, const learn::Batch& support,
                   Random order) const override {
    return true_->adapt(engine, phi, support, order);
  }
  std::unique_ptr<learn::Optimizer> server_optimizer() const override { return true_->server_optimizer(); }

 private:
  std::unique_ptr<Algorithm> true_;
  std::int64_t flops_, parameters_;
};

TEST(Faults, CountersThatDifferFromTheFormulasAreFound) {
  const SmallFederation small;
  for (const std::int64_t wrong : {0, 1}) {
    const FalseFormulas algorithm(small_protocol("maml"), wrong, 1 - wrong);
    Validity validity;
    Training(small.federation(), algorithm, {{"maml", true}}, RunPlan{}, model::Initialisation::tf)
        .run(nullptr, validity);
    const std::string expected = wrong ? "maml seed 1: counted FLOPs differ from the formula\n"
                                       : "maml seed 1: counted bytes differ from the formula\n";
    EXPECT_EQ(test::faults(validity), small.world().root() ? expected : "");
  }
}

TEST(Faults, ABroadcastThatArrivesWrongIsFound) {
  const SmallFederation small;
  const auto& world = small.world();
  if (world.size() == 1) GTEST_SKIP() << "nobody to differ from";
  if (world.rank() == world.size() - 1) test::corrupt_next_broadcast();
  Validity validity;
  test::train(small.federation(), small_protocol("fedavg"), RunPlan{}, validity);
  expect_reason(test::faults(validity), "parameters differ between ranks after the broadcast");
}

}  // namespace
}  // namespace fedmeta::federate

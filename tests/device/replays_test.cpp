#include "device/replays.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>

#include "cost/executed_flops.hpp"
#include "device/again_recorder.hpp"

namespace fedmeta::device {
namespace {

using Tensors = Replays::Tensors;

bool same(const at::Tensor& a, const at::Tensor& b) {
  return a.sizes() == b.sizes() && at::equal(a, b);
}

Tensors sum_and_product(const Tensors& in) {
  cost::count_executed_flops(7);
  return {in[0] + in[1], in[0] * in[1]};
}

TEST(Replays, AreTheWorkOnTheInputsOfEachCall) {
  Replays replays(std::make_unique<AgainRecorder>());
  Tensors kept;
  for (int call = 0; call < 4; ++call) {
    const auto a = at::full({3}, call), b = at::arange(3).to(at::kFloat);
    const auto made = replays.run("both", {a, b}, sum_and_product);
    EXPECT_TRUE(same(made[0], a + b)) << call;
    EXPECT_TRUE(same(made[1], a * b)) << call;
    if (call == 2) kept = made;
  }
  EXPECT_TRUE(same(kept[0], at::arange(3).to(at::kFloat) + 2)) << "a later call has overwritten it";
  EXPECT_EQ(replays.recorded(), 1U);
}

TEST(Replays, AreApartByNameShapeTypeAndRepetition) {
  Replays replays(std::make_unique<AgainRecorder>());
  const auto one = at::rand({2, 3}), row = at::rand({3});
  const std::vector<std::pair<std::string, at::Tensor>> cases{
      {"a", one}, {"b", one}, {"a", at::rand({3, 2})}, {"a", one.to(at::kDouble)}, {"a", row.expand({2, 3})}};
  for (int call = 0; call < 3; ++call)
    for (const auto& [name, input] : cases) {
      const auto made = replays.run(name, {input, at::Tensor()}, [name = name](const Tensors& in) {
        return Tensors{in[0] * (name == "a" ? 1 : 2), at::Tensor()};
      });
      EXPECT_TRUE(same(made[0], name == "a" ? input : input * 2));
      EXPECT_FALSE(made[1].defined());
    }
  EXPECT_EQ(replays.recorded(), cases.size());
}

/// Rows that are one row stay so: what reads them may read the one.
TEST(Replays, KeepRepeatedRowsOnce) {
  Replays replays(std::make_unique<AgainRecorder>());
  for (int call = 0; call < 3; ++call) {
    const auto row = at::full({4}, call);
    const auto made = replays.run("rows", {row.expand({5, 4})}, [](const Tensors& in) {
      EXPECT_EQ(in[0].stride(0), 0);
      return Tensors{in[0].sum(0)};
    });
    EXPECT_TRUE(same(made[0], row * 5));
  }
}

/// Once where the work is done, and once for each replay: never for recording.
class Counting final : public Recorder {
 public:
  std::unique_ptr<Recording> record(const std::function<void()>& work) override {
    work();
    return std::make_unique<Nothing>();
  }

 private:
  struct Nothing final : Recording {
    void replay() override {}
  };
};

TEST(Replays, CountTheFlopsOfEachCall) {
  Replays replays(std::make_unique<Counting>());
  for (int call = 0; call < 4; ++call) {
    const auto before = cost::executed_flops();
    replays.run("both", {at::ones(2), at::ones(2)}, sum_and_product);
    EXPECT_EQ(cost::executed_flops() - before, 7) << call;
  }
}

class Failing final : public Recorder {
 public:
  std::unique_ptr<Recording> record(const std::function<void()>&) override {
    throw std::runtime_error("operation not permitted when stream is capturing\nand a long story");
  }
};

TEST(Replays, DoTheWorkWhereItCannotBeRecordedAndSaySoOnce) {
  Replays replays(std::make_unique<Failing>());
  testing::internal::CaptureStderr();
  for (int call = 0; call < 4; ++call) {
    const auto a = at::full({2}, call);
    EXPECT_TRUE(same(replays.run("both", {a, a}, sum_and_product)[0], a + a));
  }
  const auto said = testing::internal::GetCapturedStderr();
  EXPECT_EQ(std::count(said.begin(), said.end(), '\n'), 1) << said;
  EXPECT_NE(said.find("stream is capturing"), std::string::npos) << said;
  EXPECT_FALSE(replays.records());
}

TEST(Replays, LeaveMemoryProblemsToWhoCanHelp) {
  struct Full final : Recorder {
    std::unique_ptr<Recording> record(const std::function<void()>&) override {
      throw c10::OutOfMemoryError(c10::SourceLocation{}, "CUDA out of memory");
    }
  };
  Replays replays(std::make_unique<Full>());
  const auto run = [&] { return replays.run("both", {at::ones(2), at::ones(2)}, sum_and_product); };
  run();
  EXPECT_THROW(run(), c10::OutOfMemoryError);
  EXPECT_TRUE(replays.records());
}

/// What is asked for in passing need not be copied, but is right until the next run.
TEST(Replays, GiveResultsInPassing) {
  Replays replays(std::make_unique<AgainRecorder>());
  at::Tensor before;
  for (int call = 0; call < 4; ++call) {
    const auto a = at::full({3}, call);
    const auto made = replays.run("both", {a, a}, sum_and_product, Replays::Results::passing);
    EXPECT_TRUE(same(made[0], a + a)) << call;
    EXPECT_EQ(made[0].is_same(before), call > 1) << call;
    before = made[0];
  }
}

/// Work on a copy of its own reads what was made of it since.
TEST(Replays, ReadOwnCopiesWhereTheyAre) {
  Replays replays(std::make_unique<AgainRecorder>());
  const auto step = at::ones({2, 3}), twos = at::full({2, 3}, 2.0);
  const auto theta = replays.own_copy(0, at::zeros({3}).expand({2, 3}));
  EXPECT_TRUE(theta.is_contiguous());
  for (int call = 0; call < 4; ++call) {
    EXPECT_TRUE(same(replays.run("both", {theta, twos}, sum_and_product)[1], twos * call)) << call;
    theta.add_(step);
  }
  EXPECT_TRUE(same(replays.own_copy(0, twos), twos));
  EXPECT_TRUE(same(theta, twos)) << "there is one of a shape";
}

TEST(Replays, NeedNoRecorder) {
  Replays replays;
  for (int call = 0; call < 3; ++call)
    EXPECT_TRUE(
        same(replays.run("both", {at::ones(2), at::ones(2)}, sum_and_product)[0], at::full({2}, 2.0)));
  EXPECT_EQ(replays.recorded(), 0U);
}

}  // namespace
}  // namespace fedmeta::device

#include "cuda/lstm_loops.hpp"
#include "cost/executed_flops.hpp"
#include "engine/batched/lstm_steps.hpp"
#include "gpu/on_cpu.hpp"
#include "gpu/who.hpp"

namespace fedmeta::test {
namespace {

using kernels::GroupLstm;

struct Sizes {
  std::int64_t clients, length, rows, hidden;
};

std::string text(const Sizes& s) {
  return std::to_string(s.clients) + " clients, " + std::to_string(s.length) + " steps, " +
         std::to_string(s.rows) + " rows, hidden = " + std::to_string(s.hidden);
}

/// What goes into a layer's steps, in double; the recurrent weight begins where rows of parameters have it.
struct Inputs {
  explicit Inputs(const Sizes& s)
      : hidden(s.hidden),
        a(at::randn({s.clients, s.length, s.rows, 4 * s.hidden}, at::kDouble)),
        ra(at::randn_like(a)),
        dh(at::randn({s.clients, s.length, s.rows, s.hidden}, at::kDouble)),
        rdh(at::randn_like(dh)),
        thetas(at::randn({s.clients, 3 + 4 * s.hidden * s.hidden + 10}, at::kDouble) /
               std::sqrt(static_cast<double>(s.hidden))) {}

  /// [G, 4 hidden, hidden]
  at::Tensor weight(const at::TensorOptions& options, bool is_shared) const {
    const auto from = is_shared ? thetas.narrow(0, 0, 1).to(options).expand_as(thetas) : thetas.to(options);
    return from.narrow(1, 3, 4 * hidden * hidden).view({-1, 4 * hidden, hidden});
  }

  std::int64_t hidden;
  at::Tensor a, ra, dh, rdh, thetas;
};

using Results = std::vector<std::pair<std::string, at::Tensor>>;

/// Of all four loops, one after the other.
Results results(const GroupLstm& cells, const Inputs& inputs, const at::Tensor& hh) {
  const auto of = [&](const at::Tensor& input) { return input.to(hh.options()).clone(); };
  const auto empty = [&](std::int64_t more) {
    return at::empty({inputs.dh.size(0), inputs.dh.size(1) + more, inputs.dh.size(2), inputs.dh.size(3)},
                     hh.options());
  };
  kernels::LstmSteps s;
  s.gates = of(inputs.a);
  s.c = empty(1);
  s.tanh_c = empty(0);
  s.h = empty(0);
  s.c.select(1, 0).zero_();
  engine::batched::run_forward(cells, s, hh);
  s.dh = of(inputs.dh);
  s.dc = empty(0);
  s.da = at::empty_like(s.gates);
  cells.begin_backward(s);
  engine::batched::run_backward(cells, s, hh);
  kernels::LstmStepsAlong along;
  along.ra = of(inputs.ra);
  along.rc = empty(1);
  along.rh = empty(0);
  along.rc.select(1, 0).zero_();
  engine::batched::run_forward_along(cells, s, along, hh);
  along.rdh = of(inputs.rdh);
  cells.begin_backward_along(s, along);
  engine::batched::run_backward_along(cells, s, along, hh);
  return {{"gates", s.gates}, {"c", s.c},       {"tanh c", s.tanh_c}, {"h", s.h},
          {"dh", s.dh},       {"dc", s.dc},     {"da", s.da},         {"Ra", along.ra},
          {"Rc", along.rc},   {"Rh", along.rh}, {"Rdc", along.rdc},   {"Rda", along.rda}};
}

class LstmLoops : public GroupKernels {
 protected:
  const GroupLstm& kernels() const {
    return kernels_of(GetParam(), kernels::aten_group_lstm(), lstm_on_cpu(), &kernels::group_lstm);
  }
  /// Whether there are loops, which GPUs have from compute capability 9.
  bool serve() const {
    const auto of = [&](std::int64_t width) { return at::zeros({1, 2, 1, width}, options_of(GetParam())); };
    kernels::LstmSteps s;
    s.gates = of(4);
    s.tanh_c = of(1);
    s.h = of(1);
    s.c = at::zeros({1, 3, 1, 1}, s.h.options());
    return kernels().forward_loop(s, at::zeros({1, 4, 1}, s.h.options()));
  }
  Results computed(const Inputs& inputs, bool is_shared) const {
    return results(kernels(), inputs, inputs.weight(options_of(GetParam()), is_shared));
  }
};

TEST_P(LstmLoops, EqualThoseInDouble) {
  for (const auto& size : std::vector<Sizes>{{1, 1, 1, 5},
                                             {1, 7, 3, 5},
                                             {3, 2, 10, 5},
                                             {3, 3, 1, 64},
                                             {1, 2, 5, 67},
                                             {3, 7, 10, 100},
                                             {1, 2, 16, 100},
                                             {1, 2, 3, 129},
                                             {1, 1, 3, 256},
                                             {1, 2, 21, 256},
                                             {3, 4, 10, 256},
                                             {2, 2, 40, 100},
                                             {2, 2, 3, 300}})
    for (const bool is_shared : {false, true}) {
      const Inputs inputs(size);
      const auto exact = results(kernels::aten_group_lstm(), inputs, inputs.weight(at::kDouble, is_shared));
      const auto now = computed(inputs, is_shared);
      for (std::size_t i = 0; i < now.size(); ++i)
        EXPECT_LT(error(now[i].second, exact[i].second), 1e-5) << now[i].first << ": " << text(size);
    }
}

TEST(LstmLoopPlan, HasRoomForFewRows) {
  EXPECT_TRUE(cuda::lstm_loop_fits(10, 256));
  EXPECT_TRUE(cuda::lstm_loop_fits(21, 256));
  EXPECT_TRUE(cuda::lstm_loop_fits(10, 100));
  EXPECT_FALSE(cuda::lstm_loop_fits(40, 256));
  EXPECT_FALSE(cuda::lstm_loop_fits(10, 257));
  EXPECT_EQ(cuda::LstmLoopPlan::of(10, 256).blocks, 8);
  EXPECT_EQ(cuda::LstmLoopPlan::of(10, 100).blocks, 2);
  EXPECT_EQ(cuda::LstmLoopPlan::of(10, 5).blocks, 1);
}

TEST_P(LstmLoops, GiveAClientTheSameBitsAloneAndTwice) {
  if (!serve()) GTEST_SKIP() << "no loops here";
  // More clients than an H100 has clusters of eight blocks for.
  for (const auto& size : std::vector<Sizes>{{40, 5, 10, 100}, {18, 5, 10, 256}}) {
    const Inputs both(size);
    Inputs one = both;
    for (auto* input : {&one.a, &one.ra, &one.dh, &one.rdh, &one.thetas}) *input = input->narrow(0, 17, 1);
    const auto beside = computed(both, false), again = computed(both, false), alone = computed(one, false);
    for (std::size_t i = 0; i < alone.size(); ++i) {
      EXPECT_TRUE(at::equal(beside[i].second, again[i].second)) << alone[i].first << ": " << text(size);
      EXPECT_TRUE(at::equal(beside[i].second.narrow(0, 17, 1), alone[i].second)) << alone[i].first;
    }
  }
}

TEST_P(LstmLoops, CountTheirProducts) {
  for (const std::int64_t length : {1, 4}) {
    const Inputs inputs({3, length, 2, 20});
    const auto before = cost::executed_flops();
    computed(inputs, false);
    EXPECT_EQ(cost::executed_flops() - before, 4 * 2 * 3 * (length - 1) * 2 * 20 * 80);
  }
}

FEDMETA_FOR_ALL_WHO(LstmLoops);

}  // namespace
}  // namespace fedmeta::test

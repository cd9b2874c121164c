#include "kernels/group_lstm.hpp"

#include "gpu/on_cpu.hpp"
#include "gpu/who.hpp"

namespace fedmeta::test {
namespace {

using kernels::GroupLstm;

struct Sizes {
  std::int64_t clients, length, rows, hidden;
};

/// What goes into a layer's steps, in double.
struct Inputs {
  explicit Inputs(const Sizes& s)
      : a(at::randn({s.clients, s.length, s.rows, 4 * s.hidden}, at::kDouble)),
        ra(at::randn_like(a)),
        dh(at::randn({s.clients, s.length, s.rows, s.hidden}, at::kDouble)),
        rdh(at::randn_like(dh)) {}

  at::Tensor a, ra, dh, rdh;
};

/// All that the steps compute from them, without products between the steps.
std::vector<at::Tensor> results(const GroupLstm& cells, const Sizes& size, const Inputs& inputs,
                                const at::TensorOptions& options) {
  const auto of = [&](const at::Tensor& input) { return input.to(options).clone(); };
  const auto empty = [&](std::int64_t length) {
    return at::empty({size.clients, length, size.rows, size.hidden}, options);
  };
  kernels::LstmSteps s;
  s.gates = of(inputs.a);
  s.c = empty(size.length + 1);
  s.tanh_c = empty(size.length);
  s.h = empty(size.length);
  s.c.select(1, 0).zero_();
  for (std::int64_t t = 0; t < size.length; ++t) cells.forward(s, t);
  s.dh = of(inputs.dh);
  s.dc = empty(size.length);
  s.da = at::empty_like(s.gates);
  cells.begin_backward(s);
  for (auto t = size.length; t-- > 0;) cells.backward(s, t);
  kernels::LstmStepsAlong along;
  along.ra = of(inputs.ra);
  along.rc = empty(size.length + 1);
  along.rh = empty(size.length);
  along.rc.select(1, 0).zero_();
  for (std::int64_t t = 0; t < size.length; ++t) cells.forward_along(s, along, t);
  along.rdh = of(inputs.rdh);
  cells.begin_backward_along(s, along);
  for (auto t = size.length; t-- > 0;) cells.backward_along(s, along, t);
  return {s.gates, s.c, s.tanh_c, s.h, s.dc, s.da, along.rc, along.rh, along.rdc, along.rda};
}

class GroupLstmKernels : public GroupKernels {
 protected:
  const GroupLstm& kernels() const {
    return kernels_of(GetParam(), kernels::aten_group_lstm(), lstm_on_cpu(), &kernels::group_lstm);
  }
};

TEST_P(GroupLstmKernels, StepsEqualThoseInDouble) {
  const std::vector<std::string> names{"gates", "c", "tanh c", "h", "dc", "da", "Rc", "Rh", "Rdc", "Rda"};
  for (const auto& size : std::vector<Sizes>{
           {1, 1, 1, 5}, {1, 3, 1, 100}, {3, 2, 7, 5}, {4, 5, 10, 256}, {2, 2, 3, 300}, {60, 3, 10, 100}}) {
    const Inputs inputs(size);
    const auto exact = results(kernels::aten_group_lstm(), size, inputs, at::kDouble);
    const auto computed = results(kernels(), size, inputs, options_of(GetParam()));
    for (std::size_t i = 0; i < names.size(); ++i)
      EXPECT_LT(error(computed[i], exact[i]), 1e-5) << names[i] << " with hidden = " << size.hidden;
  }
}

TEST_P(GroupLstmKernels, BiasesAreAddedToAllRows) {
  const auto thetas = eighths({3, 200});
  for (const std::int64_t width : {1, 20, 64})
    for (const std::int64_t rows : {1, 70}) {
      const auto a = eighths({3, rows, width});
      const auto own = thetas.narrow(1, 7, width),
                 shared = thetas.narrow(0, 1, 1).narrow(1, 3, width).expand({3, width});
      const auto options = options_of(GetParam());
      const auto there = thetas.to(options);
      const auto own_there = there.narrow(1, 7, width),
                 shared_there = there.narrow(0, 1, 1).narrow(1, 3, width).expand({3, width});
      const auto one = a.to(options).clone(), two = a.to(options).clone();
      kernels().add_biases(one, {own_there});
      kernels().add_biases(two, {own_there, shared_there});
      EXPECT_EQ(error(one, a + own.unsqueeze(1)), 0) << width;
      EXPECT_EQ(error(two, a + own.unsqueeze(1) + shared.unsqueeze(1)), 0) << width;
    }
}

FEDMETA_FOR_ALL_WHO(GroupLstmKernels);

}  // namespace
}  // namespace fedmeta::test

#include "kernels/group_adam.hpp"

#include "gpu/on_cpu.hpp"
#include "gpu/who.hpp"

namespace fedmeta::test {
namespace {

using kernels::AdamRule;
using kernels::GroupAdam;

/// Matrices of thetas, means and squares after four steps of clients that took different numbers of steps
/// before.
std::vector<at::Tensor> after_steps(const GroupAdam& adam, const AdamRule& rule, const at::Tensor& start,
                                    const std::vector<at::Tensor>& directions,
                                    const at::TensorOptions& options) {
  const auto thetas = start.to(options).clone(), means = at::zeros_like(thetas),
             squares = at::zeros_like(thetas);
  const auto steps = at::arange(thetas.size(0), options.dtype(at::kFloat)) * 100;
  const auto rows = [](const at::Tensor& matrix) { return matrix.unbind(0); };
  for (const auto& direction : directions) {
    steps.add_(1);
    adam.step({rows(thetas), rows(direction.to(options)), rows(means), rows(squares), rows(steps)}, rule);
  }
  return {thetas, means, squares};
}

class GroupAdamKernels : public GroupKernels {
 protected:
  const GroupAdam& kernels() const {
    return kernels_of(GetParam(), kernels::aten_group_adam(), adam_on_cpu(), &kernels::group_adam);
  }
};

TEST_P(GroupAdamKernels, StepsEqualThoseInDouble) {
  for (const double decay : {0.0, 0.1})
    for (const std::int64_t clients : {1, 4, 70})
      for (const std::int64_t size : {1, 1023, 5001}) {
        SCOPED_TRACE(std::to_string(clients) + " clients, " + std::to_string(size) + " numbers");
        const AdamRule rule{.rate = 1e-3, .beta1 = 0.9, .beta2 = 0.999, .eps = 1e-8, .weight_decay = decay};
        const auto start = at::randn({clients, size}, at::kDouble);
        std::vector<at::Tensor> directions;
        for (int step = 0; step < 4; ++step) directions.push_back(at::randn_like(start));
        const auto exact = after_steps(kernels::aten_group_adam(), rule, start, directions, at::kDouble);
        const auto computed = after_steps(kernels(), rule, start, directions, options_of(GetParam()));
        for (std::size_t i = 0; i < exact.size(); ++i) EXPECT_LT(error(computed[i], exact[i]), 3e-6) << i;
        // A step is some 1e-3 long. Where decay and direction nearly cancel, its error is not that of one
        // number.
        EXPECT_LT((computed[0].cpu().to(at::kDouble) - exact[0]).abs().max().item<double>(), 1e-5);
      }
}

FEDMETA_FOR_ALL_WHO(GroupAdamKernels);

}  // namespace
}  // namespace fedmeta::test

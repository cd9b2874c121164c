#include "kernels/group_softmax.hpp"

#include "gpu/on_cpu.hpp"
#include "gpu/who.hpp"

namespace fedmeta::test {
namespace {

using kernels::GroupSoftmax;

class GroupSoftmaxKernels : public GroupKernels {
 protected:
  const GroupSoftmax& kernels() const {
    return kernels_of(GetParam(), kernels::aten_group_softmax(), softmax_on_cpu(), &kernels::group_softmax);
  }
};

TEST_P(GroupSoftmaxKernels, LossesAndTheirDerivativesEqualThoseInDouble) {
  const auto options = options_of(GetParam());
  const auto& exact = kernels::aten_group_softmax();
  for (const std::int64_t clients : {1, 4})
    for (const std::int64_t n : {1, 37})
      for (const std::int64_t classes : {2, 10, 62, 80, 300}) {
        SCOPED_TRACE(std::to_string(classes) + " classes, " + std::to_string(n) + " rows");
        const auto scores = 5 * at::randn({clients, n, classes}, at::kDouble),
                   rscores = at::randn_like(scores);
        const auto labels = at::randint(classes, {clients, n, 1}, at::kLong);
        auto share = at::full({clients, n, 1}, 1.0 / static_cast<double>(n), at::kDouble);
        share.select(1, n - 1).fill_(n > 1 ? 0 : 1);  // a row that is not there
        const auto in_double = exact.losses(scores, labels, share);
        const auto computed =
            kernels().losses(scores.to(options), labels.to(options.device()), share.to(options));
        EXPECT_LT(error(computed.values, in_double.values), 1e-5);
        EXPECT_LT(error(computed.probabilities, in_double.probabilities), 1e-5);
        EXPECT_LT(error(computed.gradient, in_double.gradient), 1e-5);
        EXPECT_LT(
            error(kernels().gradient_along(computed.probabilities, share.to(options), rscores.to(options)),
                  exact.gradient_along(in_double.probabilities, share, rscores)),
            3e-5);
      }
}

TEST_P(GroupSoftmaxKernels, LargeScoresDoNotOverflow) {
  const auto options = options_of(GetParam());
  const auto scores = at::tensor({300.0, -300.0, 0.0}, at::kDouble).view({1, 1, 3}).to(options);
  const auto losses =
      kernels().losses(scores, at::ones({1, 1, 1}, options.dtype(at::kLong)), at::ones({1, 1, 1}, options));
  EXPECT_FLOAT_EQ(losses.values.item<float>(), 600);
}

FEDMETA_FOR_ALL_WHO(GroupSoftmaxKernels);

}  // namespace
}  // namespace fedmeta::test

#include "kernels/group_pooling.hpp"

#include "gpu/on_cpu.hpp"
#include "gpu/who.hpp"

namespace fedmeta::test {
namespace {

using kernels::GroupPooling;

struct Sizes {
  std::int64_t clients, n, height, width, channels, kernel;
};
const std::vector<Sizes> sizes{{1, 1, 2, 2, 1, 3},   {1, 1, 4, 6, 3, 5},    {3, 2, 4, 6, 32, 5},
                               {2, 3, 28, 28, 1, 5}, {4, 3, 14, 14, 32, 5}, {2, 1, 6, 4, 64, 7},
                               {2, 2, 8, 2, 1100, 1}};

class GroupPoolingKernels : public GroupKernels {
 protected:
  const GroupPooling& kernels() const {
    return kernels_of(GetParam(), kernels::aten_group_pooling(), pooling_on_cpu(), &kernels::group_pooling);
  }
  at::Tensor there(const at::Tensor& in_double) const { return in_double.to(options_of(GetParam())); }
};

TEST_P(GroupPoolingKernels, ColumnsAreThoseOfDouble) {
  for (const auto& s : sizes) {
    const auto image = eighths({s.clients, s.n, s.height, s.width, s.channels});
    EXPECT_EQ(error(kernels().columns(there(image), s.kernel),
                    kernels::aten_group_pooling().columns(image, s.kernel)),
              0)
        << s.channels << " channels, kernel " << s.kernel;
  }
}

// Eighths have many equals, of which the first is the source, and rows that the ReLU turns off.
TEST_P(GroupPoolingKernels, PoolAndItsDerivativesAreThoseOfDouble) {
  const auto& exact = kernels::aten_group_pooling();
  for (const auto& s : sizes) {
    SCOPED_TRACE(std::to_string(s.channels) + " channels, kernel " + std::to_string(s.kernel));
    const auto image = eighths({s.clients, s.n, s.height, s.width, s.channels});
    const auto z = eighths({s.clients, s.n * s.height * s.width, s.channels}), rz = eighths(z.sizes());
    const auto bias = eighths({s.clients, s.channels + 5}).narrow(1, 3, s.channels);
    const auto dy = eighths({s.clients, s.n, s.height / 2, s.width / 2, s.channels});
    const auto here = there(z).clone(), bias_there = there(bias);
    const auto pooled = kernels().pool(here, bias_there, there(image)),
               in_double = exact.pool(z.clone(), bias, image);
    EXPECT_EQ(error(pooled.value, in_double.value), 0);
    EXPECT_EQ(error(kernels().picked(there(rz), pooled.source), exact.picked(rz, in_double.source)), 0);
    EXPECT_EQ(error(kernels().before_pool(there(dy), pooled.source), exact.before_pool(dy, in_double.source)),
              0);
    EXPECT_EQ(error(kernels().columns_before_pool(there(dy), pooled.source, s.kernel),
                    exact.columns_before_pool(dy, in_double.source, s.kernel)),
              0);
  }
}

TEST_P(GroupPoolingKernels, BiasesMayLieApart) {
  const auto& exact = kernels::aten_group_pooling();
  const auto z = eighths({2, 3 * 4 * 4, 32}), image = eighths({2, 3, 4, 4, 32}), thetas = eighths({2, 100});
  const auto pool = [&](const GroupPooling& by, const at::TensorOptions& options, bool shared) {
    const auto all = thetas.to(options);
    const auto rows = shared ? all.narrow(0, 1, 1).expand({2, 100}) : all;
    return by.pool(z.to(options).clone(), rows.narrow(1, 17, 32), image.to(options)).value;
  };
  for (const bool shared : {false, true})
    EXPECT_EQ(error(pool(kernels(), options_of(GetParam()), shared), pool(exact, at::kDouble, shared)), 0);
}

TEST_P(GroupPoolingKernels, ImagesMayBeginAnywhere) {
  const auto all = eighths({1 + 2 * 2 * 4 * 4 * 32});
  const auto image = all.narrow(0, 1, all.numel() - 1).view({2, 2, 4, 4, 32});
  const auto same = there(all).narrow(0, 1, all.numel() - 1).view({2, 2, 4, 4, 32});
  EXPECT_EQ(error(kernels().columns(same, 5), kernels::aten_group_pooling().columns(image, 5)), 0);
}

TEST_P(GroupPoolingKernels, WhatIsNoNumberStaysSo) {
  auto z = eighths({1, 16, 4}).to(options_of(GetParam()));
  z[0][1][2] = std::nan("");
  const auto pooled =
      kernels().pool(z, at::zeros({1, 4}, z.options()), at::zeros({1, 1, 4, 4, 4}, z.options()));
  EXPECT_TRUE(pooled.value.view({4, 4})[0][2].isnan().item<bool>());
  EXPECT_EQ(pooled.value.isnan().sum().item<std::int64_t>(), 1);
}

FEDMETA_FOR_ALL_WHO(GroupPoolingKernels);

}  // namespace
}  // namespace fedmeta::test

#include "model/parameter_layout.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace fedmeta::model {
namespace {

ParameterLayout small_layout() {
  ParameterLayout layout;
  layout.add("conv.weight", {2, 1, 3, 3});
  layout.add("conv.bias", {2});
  layout.add("fc.weight", {4, 5});
  return layout;
}

TEST(ParameterLayout, PlacesBlocksOneAfterTheOther) {
  const auto layout = small_layout();
  ASSERT_EQ(layout.blocks().size(), 3U);
  EXPECT_EQ(layout.size(), 18 + 2 + 20);
  const std::int64_t offsets[] = {0, 18, 20}, sizes[] = {18, 2, 20};
  for (std::size_t b = 0; b < 3; ++b) {
    EXPECT_EQ(layout.blocks()[b].offset, offsets[b]);
    EXPECT_EQ(layout.blocks()[b].size, sizes[b]);
  }
  EXPECT_EQ(layout.blocks()[1].name, "conv.bias");
  EXPECT_EQ(layout.blocks()[2].shape, (std::vector<std::int64_t>{4, 5}));
}

TEST(ParameterLayout, WritesJson) {
  EXPECT_EQ(small_layout().json(),
            R"([["conv.weight", [2, 1, 3, 3]], ["conv.bias", [2]], ["fc.weight", [4, 5]]])");
  EXPECT_EQ(ParameterLayout().json(), "[]");
}

TEST(ParameterLayout, ViewsShareThetasMemoryRowMajor) {
  const auto layout = small_layout();
  auto theta = at::arange(layout.size(), at::kFloat);
  const auto views = layout.views(theta);
  ASSERT_EQ(views.size(), 3U);
  EXPECT_EQ(views[0].sizes(), at::IntArrayRef({2, 1, 3, 3}));
  EXPECT_EQ(views[0][1][0][2][1].item<float>(), 9 + 2 * 3 + 1);
  EXPECT_EQ(views[1][1].item<float>(), 19);
  EXPECT_EQ(views[2][3][4].item<float>(), 20 + 3 * 5 + 4);
  theta[20] = -1;
  EXPECT_EQ(views[2][0][0].item<float>(), -1);
}

TEST(ParameterLayout, FlattenUndoesViewsInNewMemory) {
  const auto layout = small_layout();
  auto theta = at::arange(layout.size(), at::kDouble);
  const auto flat = layout.flatten(layout.views(theta));
  EXPECT_TRUE(at::equal(flat, at::arange(layout.size(), at::kDouble)));
  theta.zero_();
  EXPECT_EQ(flat[7].item<double>(), 7);
}

TEST(ParameterLayout, FlattenReadsStridedWeightsInRowMajorOrder) {
  const auto layout = small_layout();
  const auto theta = at::arange(layout.size(), at::kFloat);
  auto views = layout.views(theta);
  views[2] = views[2].t().contiguous().t();  // the same values, columns first in memory
  EXPECT_TRUE(at::equal(layout.flatten(views), theta));
}

}  // namespace
}  // namespace fedmeta::model

#include "model/image_cnn.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace fedmeta::model {
namespace {

TEST(ImageCnn, HasThePapersSize) {
  const ImageCnn cnn;
  EXPECT_EQ(cnn.layout().size(), 6603710);
  EXPECT_EQ(cnn.forward_flops_per_sample(), 34423808);
  EXPECT_EQ(cnn.classes(), 62);
  const std::int64_t offsets[] = {0, 800, 832, 52032, 52096, 6474624, 6476672, 6603648};
  ASSERT_EQ(cnn.layout().blocks().size(), 8U);
  for (std::size_t b = 0; b < 8; ++b) EXPECT_EQ(cnn.layout().blocks()[b].offset, offsets[b]);
}

using Values = std::vector<double>;

/// An image of so many channels, [channel][y][x] row-major.
struct Image {
  int channels, side;
  Values values;

  double& at(int c, int y, int x) { return values[static_cast<std::size_t>((c * side + y) * side + x)]; }
  /// Zero outside.
  double padded(int c, int y, int x) { return y < 0 || x < 0 || y >= side || x >= side ? 0 : at(c, y, x); }
};

Image blank(int channels, int side) {
  return {channels, side, Values(static_cast<std::size_t>(channels * side * side))};
}

/// "Same" cross-correlation and ReLU. weight [out, in, kernel, kernel].
Image convolved(Image in, int out_channels, int kernel, const Values& weight, const Values& bias) {
  Image out = blank(out_channels, in.side);
  for (int o = 0; o < out_channels; ++o)
    for (int y = 0; y < in.side; ++y)
      for (int x = 0; x < in.side; ++x) {
        double sum = bias[static_cast<std::size_t>(o)];
        for (int c = 0; c < in.channels; ++c)
          for (int i = 0; i < kernel; ++i)
            for (int j = 0; j < kernel; ++j)
              sum += weight[static_cast<std::size_t>(((o * in.channels + c) * kernel + i) * kernel + j)] *
                     in.padded(c, y + i - kernel / 2, x + j - kernel / 2);
        out.at(o, y, x) = std::max(sum, 0.0);
      }
  return out;
}

Image pooled(Image in) {
  Image out = blank(in.channels, in.side / 2);
  for (int c = 0; c < in.channels; ++c)
    for (int y = 0; y < out.side; ++y)
      for (int x = 0; x < out.side; ++x)
        out.at(c, y, x) = std::max({in.at(c, 2 * y, 2 * x), in.at(c, 2 * y, 2 * x + 1),
                                    in.at(c, 2 * y + 1, 2 * x), in.at(c, 2 * y + 1, 2 * x + 1)});
  return out;
}

/// weight [out, in].
Values connected(const Values& in, const Values& weight, const Values& bias) {
  Values out = bias;
  for (std::size_t o = 0; o < out.size(); ++o)
    for (std::size_t i = 0; i < in.size(); ++i) out[o] += weight[o * in.size() + i] * in[i];
  return out;
}

Values values(const at::Tensor& tensor) {
  const auto flat = tensor.contiguous();
  return {flat.data_ptr<double>(), flat.data_ptr<double>() + flat.numel()};
}

constexpr ImageCnn::Sizes small{8, 3, 2, 3, 5, 4};

Values logits_by_hand(const Weights& w, const at::Tensor& pixels) {
  const auto v = [&](std::size_t i) { return values(w[i]); };
  Image image{1, static_cast<int>(small.image), values(pixels)};
  image = pooled(convolved(image, static_cast<int>(small.channels1), 3, v(0), v(1)));
  image = pooled(convolved(image, static_cast<int>(small.channels2), 3, v(2), v(3)));
  auto hidden = connected(image.values, v(4), v(5));
  for (double& unit : hidden) unit = std::max(unit, 0.0);
  return connected(hidden, v(6), v(7));
}

class SmallCnn : public testing::TestWithParam<const Products*> {};

TEST_P(SmallCnn, ComputesWhatLoopsCompute) {
  const ImageCnn cnn(small);
  at::manual_seed(3);
  const auto weights = cnn.layout().views(at::randn({cnn.layout().size()}, at::kDouble));
  const auto x = at::rand({6, 64}, at::kDouble);
  const auto logits = cnn.logits(weights, x, *GetParam(), 0);
  ASSERT_EQ(logits.sizes(), at::IntArrayRef({6, 4}));
  for (int n = 0; n < 6; ++n) {
    const auto expected = logits_by_hand(weights, x[n]);
    for (int c = 0; c < 4; ++c)
      EXPECT_NEAR(logits[n][c].item<double>(), expected[static_cast<std::size_t>(c)], 1e-12);
  }
}

INSTANTIATE_TEST_SUITE_P(Products, SmallCnn, testing::Values(&counted_products(), &plain_products()));

TEST(ImageCnn, CountsItsForwardFlops) {
  // Multiply-adds: 64 x 9 x 2 + 16 x 9 x 2 x 3 + 12 x 5 + 5 x 4.
  EXPECT_EQ(ImageCnn(small).forward_flops_per_sample(), 2 * (1152 + 864 + 60 + 20));
}

TEST(CrossEntropy, IsTheMeanNegativeLogLikelihood) {
  const auto scores = at::tensor({0.0, 0.0, std::log(3.0), 0.0}, at::kDouble).view({2, 2});
  const auto labels = at::tensor({1, 0}, at::kLong);
  // Probabilities 1/2 and 3/4.
  EXPECT_NEAR(cross_entropy(scores, labels).item<double>(), (std::log(2.0) + std::log(4.0 / 3)) / 2, 1e-15);
}

}  // namespace
}  // namespace fedmeta::model

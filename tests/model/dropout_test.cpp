#include "model/dropout.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

#include "model/image_cnn.hpp"

namespace fedmeta::model {
namespace {

at::Tensor mask(double rate, std::uint64_t key, std::uint64_t layer) {
  return dropout(at::ones({100, 100}, at::kDouble), rate, key, layer);
}

TEST(Dropout, DropsItsShareAndKeepsTheMean) {
  const auto m = mask(0.25, 3, 1);
  const auto dropped = m.eq(0).sum().item<double>() / 1e4;
  EXPECT_NEAR(dropped, 0.25, 5 * std::sqrt(0.25 * 0.75 / 1e4));
  EXPECT_EQ(m.max().item<float>(), 1 / 0.75F);
  EXPECT_NEAR(m.sum().item<double>(), 1e4 * (1 - dropped) / 0.75, 1e-2);
}

TEST(Dropout, DependsOnKeyAndLayerAlone) {
  const auto m = mask(0.5, 3, 1);
  at::manual_seed(99);
  EXPECT_TRUE(at::equal(m, mask(0.5, 3, 1)));
  EXPECT_FALSE(at::equal(m, mask(0.5, 4, 1)));
  EXPECT_FALSE(at::equal(m, mask(0.5, 3, 2)));
}

TEST(Dropout, IsOffWithoutAKey) {
  const auto h = at::rand({3, 4});
  EXPECT_TRUE(dropout(h, 0.5, 0, 1).is_same(h));
  EXPECT_TRUE(dropout(h, 0, 7, 1).is_same(h));
}

TEST(Dropout, ActsInTrainingOfTheNetworksThatHaveIt) {
  const ImageCnn cnn({8, 3, 2, 3, 40, 2, kernels::Padding::valid, false, 0.25, 0.5});
  at::manual_seed(2);
  const auto w = cnn.layout().views(at::rand({cnn.layout().size()}, at::kDouble));
  const auto x = at::rand({5, 64}, at::kDouble);
  const auto scores = [&](std::uint64_t key) { return cnn.logits(w, x, counted_products(), key); };
  EXPECT_TRUE(at::equal(scores(0), scores(0)));
  EXPECT_TRUE(at::equal(scores(8), scores(8)));
  EXPECT_FALSE(at::equal(scores(8), scores(0)));
  EXPECT_FALSE(at::equal(scores(8), scores(9)));
  // Nothing is negative, so no ReLU bends: over many masks the mean is the score without.
  auto sum = at::zeros_like(scores(0));
  for (std::uint64_t key = 1; key <= 4000; ++key) sum += scores(key);
  EXPECT_LT((sum / 4000 / scores(0) - 1).abs().max().item<double>(), 0.03);
}

}  // namespace
}  // namespace fedmeta::model

#include "engine/batched/group_products.hpp"

#include "gpu/who.hpp"

namespace fedmeta::test {
namespace {

using namespace engine::batched;

TEST(PiecesOfRows, DivideTheRowsAndFillAGpu) {
  EXPECT_EQ(pieces_for_a_gpu(64, 180 * 196, 800), 20);
  EXPECT_EQ(pieces_for_a_gpu(32, 180 * 784, 25), 252);
  EXPECT_EQ(pieces_for_a_gpu(64, 10 * 196, 800), 7);
  EXPECT_EQ(pieces_for_a_gpu(32, 7919, 25), 1);  // a prime
  EXPECT_EQ(pieces_for_a_gpu(62, 10, 2048), 1);
  EXPECT_EQ(pieces_for_a_gpu(2048, 100000, 3136), 1);  // enough tiles
  EXPECT_EQ(pieces_for_a_gpu(5, 0, 5), 1);
}

TEST(PiecesOfRows, AreNotCutOnACpu) {
  const auto a = at::ones({1, 32, 7840}), b = at::ones({1, 7840, 25});
  EXPECT_EQ(pieces_of_rows(a, b), 1);
}

TEST(PiecesOfRows, AddUpToTheProduct) {
  const auto a = eighths({3, 60, 5}), b = eighths({3, 60, 4});
  for (const std::int64_t pieces : {1, 2, 15, 60})
    EXPECT_EQ(error(product_in_pieces(transposed(a), b, pieces), at::bmm(transposed(a), b)), 0) << pieces;
}

class ProductOverRows : public GroupKernels {};

TEST_P(ProductOverRows, EqualsThatInDouble) {
  const auto options = options_of(GetParam());
  for (const std::int64_t clients : {1, 4}) {
    const auto a = at::randn({clients, 4, 1960, 32}, at::kDouble),
               b = at::randn({clients, 4, 1960, 25}, at::kDouble);
    const auto there_a = a.to(options), there_b = b.to(options);
    const auto rows = [](const at::Tensor& all) { return all.flatten(1, 2); };
    EXPECT_LT(error(product_over_rows(transposed(rows(there_a)), rows(there_b)),
                    at::bmm(transposed(rows(a)), rows(b))),
              3e-6);
    const auto later = [&](const at::Tensor& all) {
      return rows(all.narrow(1, 1, 3));
    };  // not one after the other
    EXPECT_LT(error(product_over_rows(transposed(later(there_a)), later(there_b)),
                    at::bmm(transposed(later(a)), later(b))),
              3e-6);
  }
}

INSTANTIATE_TEST_SUITE_P(All, ProductOverRows, testing::Values(Who::aten, Who::on_gpu), name_of);

}  // namespace
}  // namespace fedmeta::test

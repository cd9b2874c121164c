#include "cost/formulas.hpp"

#include <gtest/gtest.h>

namespace fedmeta::cost {
namespace {

// FEMNIST's CNN: F as docs/models.md has it, and 3F and 9F (docs/protocols.md 4).
constexpr std::int64_t f = 34423808, f3 = 103271424, f9 = 309814272;

TEST(Formulas, GiveTheFlopsOfOneSample) {
  EXPECT_EQ(local_flops(f, 1), f3);
  EXPECT_EQ(fomaml_flops(f, 1, 0), f3);
  EXPECT_EQ(fomaml_flops(f, 0, 1), f3);
  EXPECT_EQ(maml_flops(f, 1, 0), f9);
  EXPECT_EQ(maml_flops(f, 0, 1), f3);
}

TEST(Formulas, GiveThePapersRounds) {
  // 4 clients of 220 samples, one epoch: .0909 TFLOP; MAML with K = 1 and 20% support 1.4 times that.
  EXPECT_EQ(4 * local_flops(f, 220), 90878853120);
  EXPECT_EQ(4 * maml_flops(f, 44, 176), 127230394368);
  EXPECT_EQ(5 * maml_flops(f, 44, 176), 7 * local_flops(f, 220));
  // K = 5: 3.8 times; first-order MAML: 1.8 times.
  EXPECT_EQ(5 * maml_flops(f, 5 * 44, 176), 19 * local_flops(f, 220));
  EXPECT_EQ(5 * fomaml_flops(f, 5 * 44, 176), 9 * local_flops(f, 220));
}

TEST(Formulas, WorkAddsUpToTheSame) {
  // K steps over n_s: a gradient and a Hessian-vector product of each row; the query set's gradient once.
  Work work;
  work += {5 * 44 + 176, 5 * 44};
  EXPECT_EQ(work_flops(work, f), maml_flops(f, 5 * 44, 176));
  work += {100, 0};
  EXPECT_EQ(work_flops(work, f), maml_flops(f, 5 * 44, 176) + local_flops(f, 100));
}

TEST(Formulas, GiveTheBytesOfOneWay) {
  EXPECT_EQ(parameter_bytes(6603710), 26414840);
  EXPECT_EQ(2 * 4 * parameter_bytes(6603710), 211318720);  // a round of 4 clients, down and up
}

}  // namespace
}  // namespace fedmeta::cost

// The activations that the cell computes by itself, against the C library's. (That the cell's passes are
// right is what the engines' tests say.)
#include "kernels/lstm_cell.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace fedmeta::kernels {
namespace {

template <class T>
struct Outcome {
  T sigmoid, tanh;
};

/// One unit whose gates all get `a`, which starts with c = 0.
template <class T>
Outcome<T> activations(T a) {
  std::array<T, 4> gates;
  gates.fill(a);
  const T c_before = 0;
  T c, tanh_c, h;
  cell_forward<T>({1, 1}, {gates.data(), &c_before, &c, &tanh_c, &h});
  return {gates[0], gates[2]};
}

template <class T>
class Activations : public testing::Test {};
using Types = testing::Types<float, double>;
TYPED_TEST_SUITE(Activations, Types);

TYPED_TEST(Activations, AreExactToAFewUnitsInTheLastPlace) {
  using T = TypeParam;
  const long double tolerance = 4 * std::numeric_limits<T>::epsilon();
  const auto relative = [](T value, long double exact) { return std::abs((value - exact) / exact); };
  long double worst_sigmoid = 0, worst_tanh = 0;
  for (T size = T(1e-6); size < 80; size *= T(1.001))
    for (const T a : {size, -size}) {
      const auto [sigmoid, tanh] = activations(a);
      const auto exact = static_cast<long double>(a);
      worst_sigmoid = std::max(worst_sigmoid, relative(sigmoid, 1 / (1 + std::exp(-exact))));
      worst_tanh = std::max(worst_tanh, relative(tanh, std::tanh(exact)));
    }
  EXPECT_LT(worst_sigmoid, tolerance);
  EXPECT_LT(worst_tanh, tolerance);
}

TYPED_TEST(Activations, SaturateAndShowWhatIsNotANumber) {
  using T = TypeParam;
  for (const T large : {T(100), T(1e6), std::numeric_limits<T>::infinity()}) {
    EXPECT_EQ(activations(large).sigmoid, 1);
    EXPECT_EQ(activations(large).tanh, 1);
    EXPECT_LT(activations(-large).sigmoid, 1e-30);
    EXPECT_EQ(activations(-large).tanh, -1);
  }
  EXPECT_EQ(activations(T(0)).sigmoid, T(0.5));
  EXPECT_EQ(activations(T(0)).tanh, 0);
  const auto undefined = activations(std::numeric_limits<T>::quiet_NaN());
  EXPECT_TRUE(std::isnan(undefined.sigmoid));
  EXPECT_TRUE(std::isnan(undefined.tanh));
}

}  // namespace
}  // namespace fedmeta::kernels

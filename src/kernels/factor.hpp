// Factors of matrix products and convolutions in reduced precision. They are rounded to bf16 here, not by
// whatever multiplies them, so that a run has the same numbers on every machine. Sums stay in the factors'
// own type.
#pragma once

#include <ATen/Context.h>
#include <ATen/core/Tensor.h>

namespace fedmeta::kernels {

/// Returns x with every number rounded to bf16's 8 bits, to even where two are as near; of x's type.
at::Tensor rounded_to_bf16(const at::Tensor& x);

/// While one lives that is on, this thread's products round their factors.
class FactorRounding {
 public:
  explicit FactorRounding(bool on);
  ~FactorRounding();
  FactorRounding(const FactorRounding&) = delete;
  FactorRounding& operator=(const FactorRounding&) = delete;

  /// Returns whether factors are rounded now.
  static bool is_on();

 private:
  bool before_;
};

/// A factor of a product. It is rounded when it is made, once for all products that it takes part in.
class Factor {
 public:
  Factor() = default;
  // NOLINTNEXTLINE(google-explicit-constructor): any tensor may be a factor
  Factor(const at::Tensor& x) : value_(FactorRounding::is_on() ? rounded_to_bf16(x) : x) {}

  const at::Tensor& value() const { return value_; }
  /// Returns the transpose, which shares the numbers.
  Factor t() const;

 private:
  at::Tensor value_;
};

/// While one lives, this thread's products take their factors as they are, whatever the scope around it says,
/// and the library's bf16 units, which --precision bf16 allows in the whole process, are left alone: they
/// would round.
class ExactProducts {
 public:
  ExactProducts();
  ~ExactProducts();
  ExactProducts(const ExactProducts&) = delete;
  ExactProducts& operator=(const ExactProducts&) = delete;

 private:
  FactorRounding not_rounding_{false};
  at::Float32Precision before_;
};

}  // namespace fedmeta::kernels

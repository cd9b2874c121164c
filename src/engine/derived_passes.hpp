// What holds while hand-derived passes run, one client at a time.
#pragma once

#include <ATen/core/grad_mode.h>

#include "kernels/factor.hpp"
#include "model/precision.hpp"

namespace fedmeta::engine {

/// While one lives, autograd records nothing, and products round their factors as `precision` says.
class DerivedPasses {
 public:
  explicit DerivedPasses(model::Precision precision) : rounding_(precision == model::Precision::bf16) {}

 private:
  at::NoGradGuard plain_;
  kernels::FactorRounding rounding_;
};

}  // namespace fedmeta::engine

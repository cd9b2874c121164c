#include "kernels/factor.hpp"

#include <ATen/ATen.h>

namespace fedmeta::kernels {
namespace {

thread_local bool rounding = false;

constexpr auto library = at::Float32Backend::MKLDNN;
constexpr auto products = at::Float32Op::MATMUL;

}  // namespace

at::Tensor rounded_to_bf16(const at::Tensor& x) {
  return x.to(at::kBFloat16).to(x.scalar_type());
}

FactorRounding::FactorRounding(bool on) : before_(rounding) {
  rounding = on;
}

FactorRounding::~FactorRounding() {
  rounding = before_;
}

bool FactorRounding::is_on() {
  return rounding;
}

Factor Factor::t() const {
  Factor transposed;
  transposed.value_ = value_.t();
  return transposed;
}

ExactProducts::ExactProducts() : before_(at::globalContext().float32Precision(library, products)) {
  at::globalContext().setFloat32Precision(library, products, at::Float32Precision::IEEE);
}

ExactProducts::~ExactProducts() {
  at::globalContext().setFloat32Precision(library, products, before_);
}

}  // namespace fedmeta::kernels

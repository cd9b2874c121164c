#include "model/precision.hpp"

#include <ATen/ATen.h>
#include <ATen/Context.h>

#include "base/error.hpp"
#include "kernels/bf16_tiles.hpp"
#include "kernels/factor.hpp"

namespace fedmeta::model {

Precision precision_named(const std::string& name) {
  if (name == "fp32") return Precision::fp32;
  if (name == "tf32") return Precision::tf32;
  if (name == "bf16") return Precision::bf16;
  throw Error(Status::usage, "unknown precision", "--precision " + name, "use one of: fp32, tf32, bf16");
}

at::Tensor factor(const at::Tensor& x, Precision precision) {
  return precision == Precision::bf16 ? kernels::rounded_to_bf16(x) : x;
}

bool processor_has_units(Precision precision) {
  return precision == Precision::bf16 && kernels::has_bf16_tiles();
}

// A GPU's tf32 units multiply bf16 numbers without further rounding; "medium" also allows a CPU's bf16 units.
void allow_matrix_units(Precision precision) {
  auto& context = at::globalContext();
  context.setFloat32MatmulPrecision(precision == Precision::fp32   ? "highest"
                                    : precision == Precision::tf32 ? "high"
                                                                   : "medium");
  context.setAllowTF32CuDNN(precision != Precision::fp32);
}

double rounding_tolerance(Precision precision) {
  return precision == Precision::fp32 ? 1e-5 : precision == Precision::tf32 ? 0.1 : 0.2;
}

}  // namespace fedmeta::model

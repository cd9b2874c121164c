// How the factors of matrix products and convolutions are rounded. Products are summed in fp32, and all else
// is fp32: parameters, gradients, optimisers.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>

namespace fedmeta::model {

enum class Precision {
  fp32,  ///< not at all
  tf32,  ///< to 11 bits, by a GPU's matrix units
  bf16,  ///< to 8 bits, here: the same numbers on every machine
};

/// By its name as above.
Precision precision_named(const std::string& name);

/// A product's factor, rounded where that is not left to the GPU.
at::Tensor factor(const at::Tensor& x, Precision precision);

/// Lets the library use matrix units of that precision for fp32 tensors, where the machine has them, in all
/// of this process; with fp32, forbids it.
void allow_matrix_units(Precision precision);

/// Relative error of a gradient or a Hessian product, or in bf16 of a client's whole update, that is
/// still rounding's: docs/counters.md has what was measured. In bf16 plain autograd rounds in the forward
/// pass alone, and a client's Adam makes full steps of small numbers: .05 to .09 for FedAvg on FEMNIST.
double rounding_tolerance(Precision precision);

}  // namespace fedmeta::model

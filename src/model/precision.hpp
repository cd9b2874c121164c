// Rounding of the factors of matrix products and convolutions. Products are summed in fp32, and everything
// else is fp32: parameters, gradients, optimisers.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>

namespace fedmeta::model {

enum class Precision {
  fp32,  ///< not at all
  tf32,  ///< to 11 bits, by a GPU's matrix units
  bf16,  ///< to 8 bits, here: the same numbers on every machine
};

/// Returns the precision of that name: fp32, tf32 or bf16. Throws Error(usage) for any other.
Precision precision_named(const std::string& name);

/// Returns a product's factor, rounded unless that is left to the GPU.
at::Tensor factor(const at::Tensor& x, Precision precision);

/// Returns whether this machine's processors have units for such products, so that they can be faster than in
/// fp32.
bool processor_has_units(Precision precision);

/// Lets the library use matrix units of that precision for fp32 tensors if the machine has them, in the whole
/// process; fp32 forbids them.
void allow_matrix_units(Precision precision);

/// Returns the relative error of a gradient or a Hessian product, or in bf16 of a client's whole update, that
/// still counts as rounding (measurements: docs/counters.md). In bf16 plain autograd rounds only in the
/// forward pass, and a client's Adam turns small numbers into full steps: .05 to .09 for FedAvg on FEMNIST.
double rounding_tolerance(Precision precision);

}  // namespace fedmeta::model

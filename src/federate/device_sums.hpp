// Sums of clients' vectors in tensor operations, for devices.
#pragma once

#include <ATen/core/Tensor.h>

#include <span>

#include "comm/fixed_point.hpp"

namespace fedmeta::federate {

/// Returns the sum of weight x row of [G, D], [D]. Changes the rows.
at::Tensor weighted_sum(const at::Tensor& rows, std::span<const double> weights);

// comm::FixedPoint with the same bits: products of doubles, rounding to even and sums of integers are exact.
/// Returns the bits of the largest magnitude in a vector, a scalar of int32, with NaN above infinity.
at::Tensor largest_magnitude(const at::Tensor& vector);
/// Adds the terms weight x vector [D] to `sum`, [D], int64. Returns the number of terms left out, a scalar.
at::Tensor add_fixed(const comm::FixedPoint& fixed, const at::Tensor& vector, double weight,
                     const at::Tensor& sum);
/// Returns a sum as fp32.
at::Tensor restored(const comm::FixedPoint& fixed, const at::Tensor& sum);

}  // namespace fedmeta::federate

// Frozen word vectors as a tensor on a device.
#pragma once

#include <ATen/core/Tensor.h>

#include "data/dataset.hpp"

namespace fedmeta::data {

/// [words, width], fp32; undefined where the data set has none.
at::Tensor resident_vectors(const Dataset& dataset, at::Device device);

}  // namespace fedmeta::data

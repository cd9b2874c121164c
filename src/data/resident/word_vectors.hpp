// A data set's frozen word vectors as a tensor.
#pragma once

#include <ATen/core/Tensor.h>

#include "data/dataset.hpp"

namespace fedmeta::data {

/// [words, width], fp32, on the device; undefined where the data set has none.
at::Tensor word_vectors(const Dataset& dataset, at::Device device);

}  // namespace fedmeta::data

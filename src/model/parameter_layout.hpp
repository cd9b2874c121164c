// Names, shapes and offsets of a network's parameters in one flat vector.
//
// theta is one contiguous tensor [P], so that MPI buffers, optimiser steps and checkpoints are single calls.
// Order: layer by layer, weight before bias, row-major, in PyTorch's shapes.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

#include "model/initialisation.hpp"

namespace fedmeta::model {

/// The parameters of a network as one tensor per layer part, in the layout's order.
using Weights = std::vector<at::Tensor>;

struct ParameterBlock {
  std::string name;                 ///< such as "conv1.weight"
  std::vector<std::int64_t> shape;  ///< conv [out, in, kh, kw]; linear [out, in]; bias [out]; as in PyTorch
  std::int64_t offset = 0;          ///< into theta
  std::int64_t size = 0;
  Start start;  ///< distribution of its initial values
};

class ParameterLayout {
 public:
  void add(std::string name, std::vector<std::int64_t> shape, const Start& start = {});
  /// Adds name.weight [out, in, ...] and name.bias [out] of a linear layer or a convolution.
  void add_layer(const std::string& name, const std::vector<std::int64_t>& weight);

  /// Returns P, the length of theta.
  std::int64_t size() const { return size_; }
  const std::vector<ParameterBlock>& blocks() const { return blocks_; }

  /// Returns views of theta [P], one per block; part of the autograd graph if theta is.
  Weights views(const at::Tensor& theta) const;
  /// Copies one tensor per block into a new flat vector [P].
  at::Tensor flatten(const Weights& weights) const;
  /// Returns [[name, shape], ...], as stored beside saved models.
  std::string json() const;

 private:
  std::vector<ParameterBlock> blocks_;
  std::int64_t size_ = 0;
};

}  // namespace fedmeta::model

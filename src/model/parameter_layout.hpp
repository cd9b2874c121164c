// Names, shapes and places of a network's parameters in one flat vector.
//
// theta is one contiguous tensor [P]: MPI buffers, optimiser steps and checkpoints are then single calls.
// Order: layer by layer, weight before bias, row-major, PyTorch's shapes.
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
  std::vector<std::int64_t> shape;  ///< conv [out, in, kh, kw]; linear [out, in]; bias [out]; as PyTorch's
  std::int64_t offset = 0;          ///< into theta
  std::int64_t size = 0;
  Start start;  ///< how its first values are drawn
};

class ParameterLayout {
 public:
  void add(std::string name, std::vector<std::int64_t> shape, const Start& start = {});
  /// name.weight [out, in, ...] and name.bias [out] of a linear layer or a convolution.
  void add_layer(const std::string& name, const std::vector<std::int64_t>& weight);

  /// P, the length of theta.
  std::int64_t size() const { return size_; }
  const std::vector<ParameterBlock>& blocks() const { return blocks_; }

  /// Views of theta [P], one per block; part of the autograd graph where theta is.
  Weights views(const at::Tensor& theta) const;
  /// One tensor per block -> a new flat vector [P].
  at::Tensor flatten(const Weights& weights) const;
  /// [[name, shape], ...], as stored beside saved models.
  std::string json() const;

 private:
  std::vector<ParameterBlock> blocks_;
  std::int64_t size_ = 0;
};

}  // namespace fedmeta::model

// Adam's step for all clients of a group (Kingma & Ba 2015, with bias correction).
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

namespace fedmeta::kernels {

/// Weight decay adds decay x theta to the direction.
struct AdamRule {
  double rate, beta1, beta2, eps, weight_decay;
};

/// One of each for each client: [P], but `steps` scalars in float32: the steps taken, this one among them.
struct AdamVectors {
  std::vector<at::Tensor> thetas, directions, means, squares, steps;
};

class GroupAdam {
 public:
  virtual ~GroupAdam() = default;
  /// Changes the thetas, means and squares.
  virtual void step(const AdamVectors& vectors, const AdamRule& rule) const = 0;
};

/// In ATen's operators, for every device and type.
const GroupAdam& aten_group_adam();

/// The fastest for such tensors.
const GroupAdam& group_adam(const at::Tensor& like);

/// The plug-in's function that makes one.
inline constexpr const char* plugin_make_group_adam = "fedmeta_make_group_adam";

}  // namespace fedmeta::kernels

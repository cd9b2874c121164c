// Softmax cross-entropy and its first two derivatives for all clients of a group.
#pragma once

#include <ATen/core/Tensor.h>

namespace fedmeta::kernels {

struct GroupLosses {
  at::Tensor values;         ///< [G]: the sum of a client's rows, each times its share
  at::Tensor probabilities;  ///< [G, n, classes]
  at::Tensor gradient;       ///< with respect to the scores, [G, n, classes]: (softmax - one-hot) x share
};

class GroupSoftmax {
 public:
  virtual ~GroupSoftmax() = default;

  /// scores [G, n, classes], labels [G, n, 1] (int64), share [G, n, 1].
  virtual GroupLosses losses(const at::Tensor& scores, const at::Tensor& labels,
                             const at::Tensor& share) const = 0;
  /// The gradient's derivative where the scores' is rscores [G, n, classes].
  virtual at::Tensor gradient_along(const at::Tensor& probabilities, const at::Tensor& share,
                                    const at::Tensor& rscores) const = 0;
};

/// In ATen's operators, for every device and type.
const GroupSoftmax& aten_group_softmax();

/// The fastest for such tensors.
const GroupSoftmax& group_softmax(const at::Tensor& like);

/// The plug-in's function that makes one, with one or two launches for each of these.
inline constexpr const char* plugin_make_group_softmax = "fedmeta_make_group_softmax";

}  // namespace fedmeta::kernels

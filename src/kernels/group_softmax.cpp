#include "kernels/group_softmax.hpp"

#include <ATen/ATen.h>

#include "kernels/for_device.hpp"

namespace fedmeta::kernels {
namespace {

class AtenGroupSoftmax final : public GroupSoftmax {
 public:
  GroupLosses losses(const at::Tensor& scores, const at::Tensor& labels,
                     const at::Tensor& share) const override {
    const auto logs = at::log_softmax(scores, 2);
    const auto probabilities = logs.exp();
    const auto values = (logs.gather(2, labels) * share).sum({1, 2}).neg_();
    auto gradient = probabilities * share;
    gradient.scatter_add_(2, labels, -share);
    return {values, probabilities, gradient};
  }

  at::Tensor gradient_along(const at::Tensor& probabilities, const at::Tensor& share,
                            const at::Tensor& rscores) const override {
    const auto weighted = probabilities * rscores;
    return (weighted - probabilities * weighted.sum(2, true)).mul_(share);
  }
};

}  // namespace

const GroupSoftmax& aten_group_softmax() {
  static const AtenGroupSoftmax kernels;
  return kernels;
}

const GroupSoftmax& group_softmax(const at::Tensor& like) {
  return for_device(like, aten_group_softmax(), plugin_make_group_softmax);
}

}  // namespace fedmeta::kernels

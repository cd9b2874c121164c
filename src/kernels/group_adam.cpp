#include "kernels/group_adam.hpp"

#include <ATen/ATen.h>

#include "kernels/for_device.hpp"

namespace fedmeta::kernels {
namespace {

class AtenGroupAdam final : public GroupAdam {
 public:
  void step(const AdamVectors& v, const AdamRule& rule) const override {
    at::_fused_adam_(v.thetas, v.directions, v.means, v.squares, {}, v.steps, rule.rate, rule.beta1,
                     rule.beta2, rule.weight_decay, rule.eps, /*amsgrad=*/false, /*maximize=*/false);
  }
};

}  // namespace

const GroupAdam& aten_group_adam() {
  static const AtenGroupAdam kernels;
  return kernels;
}

const GroupAdam& group_adam(const at::Tensor& like) {
  return for_device(like, aten_group_adam(), plugin_make_group_adam);
}

}  // namespace fedmeta::kernels

#include "kernels/group_softmax.hpp"

#include <ATen/ATen.h>

#include "cuda/arrays.hpp"
#include "cuda/softmax_rows.hpp"

namespace fedmeta::cuda {
namespace {

class CudaGroupSoftmax final : public kernels::GroupSoftmax {
 public:
  kernels::GroupLosses losses(const at::Tensor& scores, const at::Tensor& labels,
                              const at::Tensor& share) const override {
    const auto from = scores.contiguous(), of = labels.contiguous(), shares = share.contiguous();
    const auto of_rows = at::empty({from.size(0), from.size(1)}, from.options());
    kernels::GroupLosses out{{}, at::empty_like(from), at::empty_like(from)};
    softmax_losses(array_of(from), of.const_data_ptr<std::int64_t>(), array_of(shares), of_rows.numel(),
                   from.size(2), {array_of(of_rows), array_of(out.probabilities), array_of(out.gradient)});
    out.values = of_rows.sum(1);
    return out;
  }

  at::Tensor gradient_along(const at::Tensor& probabilities, const at::Tensor& share,
                            const at::Tensor& rscores) const override {
    const auto shares = share.contiguous(), along = rscores.contiguous();
    auto out = at::empty_like(probabilities);
    softmax_gradient_along(array_of(probabilities), array_of(shares), array_of(along), shares.numel(),
                           probabilities.size(2), array_of(out));
    return out;
  }
};

}  // namespace
}  // namespace fedmeta::cuda

extern "C" fedmeta::kernels::GroupSoftmax* fedmeta_make_group_softmax() {
  return new fedmeta::cuda::CudaGroupSoftmax;
}

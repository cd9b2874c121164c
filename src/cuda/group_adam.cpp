#include "kernels/group_adam.hpp"

#include <algorithm>

#include "cuda/adam_vectors.hpp"
#include "cuda/arrays.hpp"

namespace fedmeta::cuda {
namespace {

class CudaGroupAdam final : public kernels::GroupAdam {
 public:
  void step(const kernels::AdamVectors& v, const kernels::AdamRule& rule) const override {
    const AdamConstants constants{rule.rate, rule.beta1, rule.beta2, static_cast<float>(rule.eps),
                                  static_cast<float>(rule.weight_decay)};
    const auto all = v.thetas.size();
    for (std::size_t first = 0; first < all; first += AdamClients::most) {
      const auto count = std::min<std::size_t>(all - first, AdamClients::most);
      const auto size = v.thetas[first].numel();
      AdamClients clients{};
      for (std::size_t j = 0; j < count; ++j) {
        const auto i = first + j;
        for (const auto* of : {&v.thetas, &v.directions, &v.means, &v.squares})
          TORCH_CHECK((*of)[i].numel() == size, "clients' vectors are not equally long");
        clients.of[j] = {array_of(v.thetas[i]), array_of(v.directions[i]), array_of(v.means[i]),
                         array_of(v.squares[i]), array_of(v.steps[i])};
      }
      adam_step(clients, static_cast<int>(count), size, constants);
    }
  }
};

}  // namespace
}  // namespace fedmeta::cuda

extern "C" fedmeta::kernels::GroupAdam* fedmeta_make_group_adam() {
  return new fedmeta::cuda::CudaGroupAdam;
}

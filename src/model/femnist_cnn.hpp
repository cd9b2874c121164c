// FedMeta's FEMNIST network (Chen et al. 2018, appendix A.2; LEAF's femnist/cnn.py).
#pragma once

#include "model/network.hpp"

namespace fedmeta::model {

/// conv 5x5 1->32, ReLU, pool 2; conv 5x5 32->64, ReLU, pool 2; fc 3136->2048, ReLU; fc 2048->62.
/// "Same" padding. P = 6,603,710; F = 34,423,808.
/// Other image sizes and widths serve tests, which want a small network of the same kind.
class FemnistCnn final : public Network {
 public:
  struct Sizes {
    std::int64_t image = 28;  ///< height and width, a multiple of 4
    std::int64_t kernel = 5;
    std::int64_t channels1 = 32;
    std::int64_t channels2 = 64;
    std::int64_t hidden = 2048;
    std::int64_t classes = 62;
  };

  FemnistCnn() : FemnistCnn(Sizes{}) {}
  explicit FemnistCnn(const Sizes& sizes);

  std::string name() const override { return "cnn"; }
  const ParameterLayout& layout() const override { return layout_; }
  std::int64_t forward_flops_per_sample() const override;
  std::int64_t classes() const override { return sizes_.classes; }
  const Sizes& sizes() const { return sizes_; }
  at::Tensor logits(const Weights& weights, const at::Tensor& x, const Products& products) const override;

 private:
  std::int64_t flattened() const { return sizes_.channels2 * (sizes_.image / 4) * (sizes_.image / 4); }

  Sizes sizes_;
  ParameterLayout layout_;
};

}  // namespace fedmeta::model

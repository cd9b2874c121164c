// The sources' networks for images: two convolutions, one hidden layer.
#pragma once

#include "model/network.hpp"

namespace fedmeta::model {

/// conv, ReLU, pool 2; conv, ReLU, pool 2; fc, ReLU; fc. The defaults are FedMeta's FEMNIST network (Chen et
/// al. 2018, appendix A.2; LEAF's femnist/cnn.py): P = 6,603,710; F = 34,423,808.
class ImageCnn final : public Network {
 public:
  struct Sizes {
    std::int64_t image = 28;  ///< height and width
    std::int64_t kernel = 5;
    std::int64_t channels1 = 32;
    std::int64_t channels2 = 64;
    std::int64_t hidden = 2048;
    std::int64_t classes = 62;
    kernels::Padding padding = kernels::Padding::same;
    bool pool_first = true;       ///< pool after the first convolution, too
    double dropout_features = 0;  ///< dropout rate before the hidden layer
    double dropout_hidden = 0;    ///< dropout rate after it
  };

  ImageCnn() : ImageCnn(Sizes{}) {}
  explicit ImageCnn(const Sizes& sizes, std::string name = "cnn");

  const Sizes& sizes() const { return sizes_; }
  std::string name() const override { return name_; }
  const ParameterLayout& layout() const override { return layout_; }
  std::int64_t forward_flops_per_sample() const override;
  std::int64_t classes() const override { return sizes_.classes; }
  bool has_dropout() const override { return sizes_.dropout_features > 0 || sizes_.dropout_hidden > 0; }
  at::Tensor logits(const Weights& weights, const at::Tensor& x, const Products& products,
                    std::uint64_t dropout) const override;

 private:
  /// Returns the side of a square image after a convolution.
  std::int64_t convolved(std::int64_t side) const {
    return sizes_.padding == kernels::Padding::same ? side : side - sizes_.kernel + 1;
  }
  std::int64_t side1() const { return convolved(sizes_.image); }
  std::int64_t side2() const { return convolved(sizes_.pool_first ? side1() / 2 : side1()); }
  std::int64_t flattened() const { return sizes_.channels2 * (side2() / 2) * (side2() / 2); }

  Sizes sizes_;
  std::string name_;
  ParameterLayout layout_;
};

// The sources' other networks (docs/models.md); the default is FedMeta's.

ImageCnn::Sizes tff_cnn_dropout(std::int64_t classes);
ImageCnn::Sizes tff_cnn(std::int64_t classes);
ImageCnn::Sizes fedlab_cnn(std::int64_t classes);

}  // namespace fedmeta::model

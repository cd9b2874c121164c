#include "engine/batched/cnn_pass.hpp"

#include <ATen/ATen.h>

#include "engine/batched/group_products.hpp"
#include "engine/batched/pass.hpp"

namespace fedmeta::engine::batched {
namespace {

/// [G, n, h, w, c] -> [G, n, c h w] in the order channel, y, x.
at::Tensor flattened(const at::Tensor& image) {
  return image.permute({0, 1, 4, 2, 3}).reshape({image.size(0), image.size(1), -1});
}

/// Back to the shape of `image`.
at::Tensor unflattened(const at::Tensor& f, const at::Tensor& image) {
  return f.view({image.size(0), image.size(1), image.size(4), image.size(2), image.size(3)})
      .permute({0, 1, 3, 4, 2})
      .contiguous();
}

at::Tensor rows(const at::Tensor& a, const at::Tensor& b) {
  return at::cat({a, b}, 1);
}

Kernels kernels_of(const model::Weights& blocks, std::size_t block) {
  return {blocks[block], blocks[block + 1]};
}

at::Tensor in_rows(const at::Tensor& bias) {
  return bias.unsqueeze(1);
}

}  // namespace

CnnPoint point_at(model::Weights blocks) {
  GroupMatrix wide(blocks[fc1]);
  return {std::move(blocks), std::move(wide)};
}

bool has_batched_passes(const model::ImageCnn& network) {
  const auto& s = network.sizes();
  return s.kernel % 2 == 1 && s.padding == kernels::Padding::same && s.pool_first && !network.has_dropout() &&
         s.image % 4 == 0;
}

CnnPass::CnnPass(const model::ImageCnn& network, CnnPoint point, const at::Tensor& x)
    : w_(std::move(point)),
      first_(kernels_of(w_.blocks, conv1),
             x.view({x.size(0), x.size(1), network.sizes().image, network.sizes().image, 1})),
      second_(kernels_of(w_.blocks, conv2), first_.output()),
      f_(flattened(second_.output())),
      a1_(w_.wide.forward(f_).add_(in_rows(w_.blocks[fc1_bias])).relu_()),
      scores_(product(a1_, transposed(w_.blocks[fc2])).add_(in_rows(w_.blocks[fc2_bias]))) {}

void CnnPass::go_back(const at::Tensor& dscores) {
  dscores_ = dscores;
  active_ = a1_.gt(0);
  dz1_ = product(dscores, w_.blocks[fc2]).mul_(active_);
  dp2_ = unflattened(w_.wide.backward(dz1_), second_.output());
  dp1_ = second_.input_gradient(dp2_);
}

WideFactors CnnPass::add_gradient(Sums& g) const {
  g.add_product(fc2, transposed(dscores_), a1_);
  g.add_rows(fc2_bias, dscores_);
  g.add_rows(fc1_bias, dz1_);
  second_.add_gradient(dp2_, conv2, g);
  first_.add_gradient(dp1_, conv1, g);
  return {dz1_, f_};
}

WideFactors CnnPass::add_hessian_product(const CnnPoint& v, const SoftmaxLosses& losses, Sums& h) const {
  const auto &w = w_.blocks, &u = v.blocks;
  const auto rp1 = first_.output_along(kernels_of(u, conv1), {});
  const auto rf = flattened(second_.output_along(kernels_of(u, conv2), rp1));
  const auto ra1 = w_.wide.forward(rf).add_(v.wide.forward(f_)).add_(in_rows(u[fc1_bias])).mul_(active_);
  auto rscores = product(ra1, transposed(w[fc2])).add_(in_rows(u[fc2_bias]));
  add_product(rscores, a1_, transposed(u[fc2]));

  const auto rdscores = losses.gradient_along(rscores);
  h.add_product(fc2, transposed(rows(rdscores, dscores_)), rows(a1_, ra1));
  h.add_rows(fc2_bias, rdscores);
  auto rdz1 = product(rdscores, w[fc2]);
  add_product(rdz1, dscores_, u[fc2]);
  rdz1.mul_(active_);
  h.add_rows(fc1_bias, rdz1);
  const auto rdp2 = unflattened(w_.wide.backward(rdz1).add_(v.wide.backward(dz1_)), second_.output());
  second_.add_gradient_along(dp2_, rdp2, rp1, conv2, h);
  first_.add_gradient(second_.input_gradient_along(dp2_, rdp2, kernels_of(u, conv2)), conv1, h);
  return {rows(rdz1, dz1_), rows(f_, rf)};
}

namespace {

/// With fc1's weight as it lies in theta.
class WholeCnnPass final : public Pass {
 public:
  WholeCnnPass(const model::ImageCnn& network, const model::Weights& w, const at::Tensor& x)
      : pass_(network, point_at(w), x) {}

  const at::Tensor& scores() const override { return pass_.scores(); }
  void go_back(const at::Tensor& dscores) override { pass_.go_back(dscores); }
  void add_gradient(Sums& g) const override { add_wide(pass_.add_gradient(g), g); }
  void add_hessian_product(const model::Weights& v, const SoftmaxLosses& losses, Sums& h) const override {
    add_wide(pass_.add_hessian_product(point_at(v), losses, h), h);
  }

 private:
  static void add_wide(const WideFactors& wide, Sums& to) {
    to.add_product(fc1, transposed(wide.left), wide.right);
  }

  CnnPass pass_;
};

class CnnPasses final : public Passes {
 public:
  explicit CnnPasses(const model::ImageCnn& network) : network_(network) {}

  std::unique_ptr<Pass> forward(const model::Weights& w, const at::Tensor& x) const override {
    return std::make_unique<WholeCnnPass>(network_, w, x);
  }
  // The second convolution's columns, forward and backward, and what is as long as the first one's outputs.
  std::int64_t numbers_in_work() const override {
    const auto& s = network_.sizes();
    const auto pixels = s.image * s.image, window = s.kernel * s.kernel;
    return numbers_kept() + pixels * (window + 4 * s.channels1) +
           pixels / 4 * (window + 4) * (s.channels1 + s.channels2);
  }
  // x; p1, its gradient, and where it came from, a byte for each of four; the same of p2; f, a1 and dz1.
  std::int64_t numbers_kept() const override {
    const auto& s = network_.sizes();
    const auto pixels = s.image * s.image;
    return pixels + 3 * pixels / 4 * s.channels1 + 4 * pixels / 16 * s.channels2 + 3 * s.hidden;
  }

 private:
  const model::ImageCnn& network_;
};

}  // namespace

std::unique_ptr<Passes> cnn_passes(const model::Network& network) {
  const auto* cnn = dynamic_cast<const model::ImageCnn*>(&network);
  if (!cnn || !has_batched_passes(*cnn)) return {};
  return std::make_unique<CnnPasses>(*cnn);
}

}  // namespace fedmeta::engine::batched

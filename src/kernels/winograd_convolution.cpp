#include "kernels/winograd_convolution.hpp"

#include <ATen/ATen.h>

#include "kernels/direct_products.hpp"
#include "kernels/padded_images.hpp"
#include "kernels/sparse_gradient.hpp"

namespace fedmeta::kernels {
namespace {

/// Selects some images of a batch, and whatever belongs to them.
class Portion {
 public:
  Portion(std::int64_t first, std::int64_t count, std::int64_t tiles)
      : first_(first), count_(count), tiles_(tiles) {}

  at::Tensor images(const at::Tensor& all) const { return all.narrow(0, first_, count_); }
  /// Returns the selected part of [n, h/2, w/2, c], as [tiles, c].
  at::Tensor tiles(const at::Tensor& all) const { return images(all).view({count_ * tiles_, all.size(3)}); }
  at::Tensor places(const at::Tensor& g, const at::Tensor& source) const {
    return tiles_at_places(tiles(g), tiles(source));
  }
  Pooled tiles(const Pooled& all) const { return {tiles(all.value), tiles(all.source)}; }

 private:
  std::int64_t first_, count_, tiles_;
};

/// Calls `work` for a few images at a time. The 36 places take nine times the room of an image: that few stay
/// in the cache, and still give the products enough rows for their full rate.
template <class F>
void for_each_portion(const at::Tensor& images, F work) {
  const ExactProducts of_mapped_factors;
  constexpr std::int64_t most = 256;
  const auto grid = PaddedImages::of(images);
  const auto n = grid.images, tiles = grid.rows * grid.columns, portions = (n * tiles + most - 1) / most;
  for (std::int64_t p = 0; p < portions; ++p) {
    const auto first = p * n / portions, count = (p + 1) * n / portions - first;
    if (count > 0) work(Portion(first, count, tiles));
  }
}

at::Tensor transposed(const at::Tensor& matrices) {
  return matrices.transpose(1, 2);
}

/// Writes the kernels' gradient from its sums [co, 5, 5, ci], and the bias's from the gradient of the pooled
/// outputs.
void write(const at::Tensor& sums, const at::Tensor& g, const at::Tensor& source,
           const ConvolutionGradient& to) {
  to.kernels.copy_(sums.permute({0, 3, 1, 2}));
  to.bias.copy_(bias_gradient(g, source));
}

}  // namespace

WinogradConvolution::WinogradConvolution(WinogradWeights weights, const Factor& x)
    : w_(std::move(weights)), x_(x.value()) {
  const auto grid = PaddedImages::of(x_);
  const std::vector<std::int64_t> shape{grid.images, grid.rows, grid.columns, w_.bias.size(0)};
  pooled_ = {at::empty(shape, x_.options()), at::empty(shape, x_.options().dtype(at::kInt))};
  for_each_portion(x_, [&](const Portion& portion) {
    const auto sums = batch_product(image_at_places(portion.images(x_)), transposed(w_.at_places));
    pool_tiles(sums, w_.bias, portion.tiles(pooled_));
  });
}

at::Tensor WinogradConvolution::output_along(const Factor& rx, const WinogradWeights& v) const {
  auto derivative = at::empty_like(pooled_.value);
  for_each_portion(x_, [&](const Portion& portion) {
    const auto rsums = batch_product(image_at_places(portion.images(rx.value())), transposed(w_.at_places));
    add_batch_product(rsums, image_at_places(portion.images(x_)), transposed(v.at_places));
    pool_tiles_along(rsums, v.bias, portion.tiles(pooled_.source), portion.tiles(derivative));
  });
  return derivative;
}

at::Tensor WinogradConvolution::no_sums() const {
  return at::zeros({w_.bias.size(0), kernel_side, kernel_side, x_.size(3)}, x_.options());
}

WinogradBackward::WinogradBackward(WinogradConvolution forward, at::Tensor g)
    : forward_(std::move(forward)), g_(std::move(g)), factor_(g_), dx_(at::zeros_like(forward_.x_)) {
  for_each_portion(forward_.x_, [&](const Portion& portion) {
    const auto d =
        batch_product(portion.places(factor_.value(), forward_.pooled_.source), forward_.w_.at_places);
    add_from_places(d, portion.images(dx_));
  });
}

void WinogradBackward::write_gradient(const ConvolutionGradient& to) const {
  const auto &x = forward_.x_, &source = forward_.pooled_.source;
  auto sums = forward_.no_sums();
  for_each_portion(x, [&](const Portion& portion) {
    add_kernel_gradient(portion.images(x), portion.images(factor_.value()), portion.images(source), sums);
  });
  write(sums, g_, source, to);
}

at::Tensor WinogradBackward::write_gradient_along(const Factor& rx, const WinogradWeights& v,
                                                  const at::Tensor& rg, const ConvolutionGradient& to) const {
  const auto& w = forward_.w_;
  const Factor rfactor(rg);
  const auto& g = factor_.value();
  const auto &x = forward_.x_, &source = forward_.pooled_.source;
  auto sums = forward_.no_sums();
  auto rdx = at::zeros_like(x);
  for_each_portion(x, [&](const Portion& portion) {
    const auto sources = portion.images(source);
    add_kernel_gradient(portion.images(x), portion.images(rfactor.value()), sources, sums);
    add_kernel_gradient(portion.images(rx.value()), portion.images(g), sources, sums);
    const auto rd = batch_product(portion.places(rfactor.value(), source), w.at_places);
    add_batch_product(rd, portion.places(g, source), v.at_places);
    add_from_places(rd, portion.images(rdx));
  });
  write(sums, rg, source, to);
  return rdx;
}

}  // namespace fedmeta::kernels

#include "model/femnist_cnn.hpp"

#include <ATen/ATen.h>

namespace fedmeta::model {

FemnistCnn::FemnistCnn(const Sizes& sizes) : sizes_(sizes) {
  const auto& s = sizes_;
  layout_.add("conv1.weight", {s.channels1, 1, s.kernel, s.kernel});
  layout_.add("conv1.bias", {s.channels1});
  layout_.add("conv2.weight", {s.channels2, s.channels1, s.kernel, s.kernel});
  layout_.add("conv2.bias", {s.channels2});
  layout_.add("fc1.weight", {s.hidden, flattened()});
  layout_.add("fc1.bias", {s.hidden});
  layout_.add("fc2.weight", {s.classes, s.hidden});
  layout_.add("fc2.bias", {s.classes});
}

std::int64_t FemnistCnn::forward_flops_per_sample() const {
  const auto& s = sizes_;
  const std::int64_t window = s.kernel * s.kernel;
  const std::int64_t pixels = s.image * s.image;
  return 2 * (pixels * window * s.channels1 + pixels / 4 * window * s.channels1 * s.channels2 +
              flattened() * s.hidden + s.hidden * s.classes);
}

at::Tensor FemnistCnn::logits(const Weights& w, const at::Tensor& x, const Products& products) const {
  // Channels last: max-pooling and the second convolution are several times faster so.
  const auto pool = [](const at::Tensor& h) { return at::max_pool2d(h, {2, 2}, {2, 2}); };
  auto h = x.reshape({x.size(0), 1, sizes_.image, sizes_.image});
  h = products.convolution(h, w[0], w[1]).contiguous(at::MemoryFormat::ChannelsLast);
  h = pool(h.relu());
  h = pool(products.convolution(h, w[2], w[3]).relu());
  h = products.linear(h.flatten(1), w[4], w[5]).relu();
  return products.linear(h, w[6], w[7]);
}

}  // namespace fedmeta::model

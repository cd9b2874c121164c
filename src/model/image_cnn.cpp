#include "model/image_cnn.hpp"

#include <ATen/ATen.h>

#include "base/error.hpp"
#include "model/dropout.hpp"

namespace fedmeta::model {

ImageCnn::ImageCnn(const Sizes& sizes, std::string name) : sizes_(sizes), name_(std::move(name)) {
  const auto& s = sizes_;
  layout_.add_layer("conv1", {s.channels1, 1, s.kernel, s.kernel});
  layout_.add_layer("conv2", {s.channels2, s.channels1, s.kernel, s.kernel});
  layout_.add_layer("fc1", {s.hidden, flattened()});
  layout_.add_layer("fc2", {s.classes, s.hidden});
}

std::int64_t ImageCnn::forward_flops_per_sample() const {
  const auto& s = sizes_;
  const std::int64_t window = s.kernel * s.kernel;
  return 2 *
         (side1() * side1() * window * s.channels1 + side2() * side2() * window * s.channels1 * s.channels2 +
          flattened() * s.hidden + s.hidden * s.classes);
}

at::Tensor ImageCnn::logits(const Weights& w, const at::Tensor& x, const Products& products,
                            std::uint64_t key) const {
  const auto& s = sizes_;
  const auto pool = [](const at::Tensor& h) { return at::max_pool2d(h, {2, 2}, {2, 2}); };
  auto h = x.reshape({x.size(0), 1, s.image, s.image});
  // Channels last: max-pooling and the second convolution are several times faster so.
  h = products.convolution(h, w[0], w[1], s.padding).contiguous(at::MemoryFormat::ChannelsLast).relu();
  if (s.pool_first) h = pool(h);
  h = pool(products.convolution(h, w[2], w[3], s.padding).relu());
  h = dropout(h.flatten(1), s.dropout_features, key, 1);
  h = dropout(products.linear(h, w[4], w[5]).relu(), s.dropout_hidden, key, 2);
  return products.linear(h, w[6], w[7]);
}

ImageCnn::Sizes image_cnn_sizes(const std::string& name, std::int64_t classes) {
  ImageCnn::Sizes s;
  s.classes = classes;
  if (name == "cnn") return s;
  if (name == "tff-cnn-dropout") {
    s.kernel = 3;
    s.hidden = 128;
    s.padding = kernels::Padding::valid;
    s.pool_first = false;
    s.dropout_features = 0.25;
    s.dropout_hidden = 0.5;
  } else if (name == "tff-cnn") {
    s.hidden = 512;
  } else if (name == "fedlab-cnn") {
    s.hidden = 1024;
    s.dropout_hidden = 0.6;
  } else {
    throw Error(Status::usage, "unknown network", "--model " + name,
                "use one of: cnn, tff-cnn-dropout, tff-cnn, fedlab-cnn, lstm, lr, nn, nn-unified");
  }
  return s;
}

}  // namespace fedmeta::model

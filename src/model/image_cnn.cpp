#include "model/image_cnn.hpp"

#include <ATen/ATen.h>

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
  // Channels last makes max-pooling and the second convolution several times faster.
  h = products.convolution(h, w[0], w[1], s.padding).contiguous(at::MemoryFormat::ChannelsLast).relu();
  if (s.pool_first) h = pool(h);
  h = pool(products.convolution(h, w[2], w[3], s.padding).relu());
  h = dropout(h.flatten(1), s.dropout_features, key, 1);
  h = dropout(products.linear(h, w[4], w[5]).relu(), s.dropout_hidden, key, 2);
  return products.linear(h, w[6], w[7]);
}

ImageCnn::Sizes tff_cnn_dropout(std::int64_t classes) {
  return {.kernel = 3,
          .hidden = 128,
          .classes = classes,
          .padding = kernels::Padding::valid,
          .pool_first = false,
          .dropout_features = 0.25,
          .dropout_hidden = 0.5};
}

ImageCnn::Sizes tff_cnn(std::int64_t classes) {
  return {.hidden = 512, .classes = classes};
}

ImageCnn::Sizes fedlab_cnn(std::int64_t classes) {
  return {.hidden = 1024, .classes = classes, .dropout_hidden = 0.6};
}

namespace {

std::unique_ptr<Network> make(const ModelPlan& plan, const ImageCnn::Sizes& sizes) {
  if (plan.features != sizes.image * sizes.image)
    refuse(plan, "this network reads images of 28 x 28 pixels", "use lr or nn");
  return std::make_unique<ImageCnn>(sizes, plan.name);
}

}  // namespace

std::unique_ptr<Network> make_cnn(const ModelPlan& plan) {
  return make(plan, {.classes = plan.classes});
}

std::unique_ptr<Network> make_tff_cnn_dropout(const ModelPlan& plan) {
  return make(plan, tff_cnn_dropout(plan.classes));
}

std::unique_ptr<Network> make_tff_cnn(const ModelPlan& plan) {
  return make(plan, tff_cnn(plan.classes));
}

std::unique_ptr<Network> make_fedlab_cnn(const ModelPlan& plan) {
  return make(plan, fedlab_cnn(plan.classes));
}

}  // namespace fedmeta::model

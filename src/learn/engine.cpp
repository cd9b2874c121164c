#include "learn/engine.hpp"

#include "learn/cnn_engine.hpp"

namespace fedmeta::learn {

std::unique_ptr<Engine> make_engine(const model::Network& network, at::Device device) {
  const auto* cnn = dynamic_cast<const model::ImageCnn*>(&network);
  if (cnn && device.is_cpu() && has_derived_passes(*cnn)) return make_cnn_engine(*cnn);
  return make_autograd_engine(network, model::counted_products());
}

}  // namespace fedmeta::learn

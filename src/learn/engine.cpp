#include "learn/engine.hpp"

#include "learn/cnn_engine.hpp"
#include "learn/lstm_engine.hpp"

namespace fedmeta::learn {

std::unique_ptr<Engine> make_engine(const model::Network& network, at::Device device,
                                    model::Precision precision) {
  if (device.is_cpu() && precision == model::Precision::fp32) {
    const auto* cnn = dynamic_cast<const model::ImageCnn*>(&network);
    if (cnn && has_derived_passes(*cnn)) return make_cnn_engine(*cnn);
    const auto* lstm = dynamic_cast<const model::Lstm*>(&network);
    if (lstm) return make_lstm_engine(*lstm);
  }
  return make_autograd_engine(network, model::counted_products(precision));
}

}  // namespace fedmeta::learn

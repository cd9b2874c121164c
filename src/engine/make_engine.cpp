#include "engine/make_engine.hpp"

#include "engine/autograd_engine.hpp"
#include "engine/cnn_engine.hpp"
#include "engine/lstm_engine.hpp"

namespace fedmeta::engine {

std::unique_ptr<learn::Engine> make_engine(const model::Network& network, at::Device device,
                                           model::Precision precision) {
  for (const auto offer : {offer_cnn_engine, offer_lstm_engine})
    if (auto engine = offer(network, device, precision)) return engine;
  return make_autograd_engine(network, model::counted_products(precision));
}

}  // namespace fedmeta::engine

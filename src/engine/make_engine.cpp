#include "engine/make_engine.hpp"

#include <array>

#include "engine/autograd_engine.hpp"

namespace fedmeta::engine {

// Declares the engines' functions, which their own sources define.
#define ENGINE(offer) \
  std::unique_ptr<learn::Engine> offer(const model::Network&, at::Device, model::Precision);
#include "engine/engines.def"
#undef ENGINE

std::unique_ptr<learn::Engine> make_engine(const model::Network& network, at::Device device,
                                           model::Precision precision) {
  constexpr std::array offers{
#define ENGINE(offer) offer,
#include "engine/engines.def"
#undef ENGINE
  };
  for (const auto offer : offers)
    if (auto engine = offer(network, device, precision)) return engine;
  return make_autograd_engine(network, model::counted_products(precision));
}

}  // namespace fedmeta::engine

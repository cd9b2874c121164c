#include "model/dropout.hpp"

#include <ATen/ATen.h>

#include <span>

#include "base/random.hpp"

namespace fedmeta::model {

at::Tensor dropout(const at::Tensor& h, double rate, std::uint64_t key, std::uint64_t layer) {
  if (rate == 0 || key == 0) return h;
  auto mask = at::empty(h.sizes(), at::kFloat);
  Random random(key, "dropout", {layer});
  const auto kept = static_cast<float>(1 / (1 - rate));
  for (float& value : std::span(mask.data_ptr<float>(), static_cast<std::size_t>(mask.numel())))
    value = random.uniform() < rate ? 0 : kept;
  return h * mask.to(h.device(), h.scalar_type());
}

}  // namespace fedmeta::model

#include "model/initialisation.hpp"

#include <ATen/ATen.h>

#include <cmath>
#include <span>

#include "base/random.hpp"
#include "model/parameter_layout.hpp"

namespace fedmeta::model {
namespace {

Draw uniform(double limit) {
  return {Draw::Kind::uniform, limit};
}

Draw glorot(const Fans& fans) {
  return uniform(std::sqrt(6.0 / (fans.in + fans.out)));
}

void fill(std::span<float> values, const Draw& draw, Random random) {
  switch (draw.kind) {
    case Draw::Kind::zeros:
      break;
    case Draw::Kind::forget_ones:
      for (float& value : values.subspan(values.size() / 4, values.size() / 4)) value = 1;
      break;
    case Draw::Kind::uniform:
      for (float& value : values) value = static_cast<float>(random.uniform(-draw.scale, draw.scale));
      break;
    case Draw::Kind::normal:
      for (float& value : values) value = static_cast<float>(random.normal(0, draw.scale));
      break;
  }
}

}  // namespace

Fans fans(const std::vector<std::int64_t>& shape) {
  double window = 1;
  for (std::size_t d = 2; d < shape.size(); ++d) window *= static_cast<double>(shape[d]);
  return {static_cast<double>(shape[1]) * window, static_cast<double>(shape[0]) * window};
}

Start kernel_start(const Fans& fans) {
  return {glorot(fans), uniform(1 / std::sqrt(fans.in))};
}

Start bias_start(const Fans& fans) {
  return {{}, uniform(1 / std::sqrt(fans.in))};
}

Start embedding_start(std::int64_t words, std::int64_t width) {
  return {glorot({static_cast<double>(words), static_cast<double>(width)}), {Draw::Kind::normal, 1}};
}

Start lstm_kernel_start(std::int64_t inputs, std::int64_t hidden) {
  const auto i = static_cast<double>(inputs), h = static_cast<double>(hidden);
  return {glorot({i + h, 4 * h}), uniform(1 / std::sqrt(h))};
}

Start lstm_bias_start(std::int64_t hidden, bool forget) {
  return {{forget ? Draw::Kind::forget_ones : Draw::Kind::zeros},
          uniform(1 / std::sqrt(static_cast<double>(hidden)))};
}

at::Tensor initial_parameters(const ParameterLayout& layout, Initialisation initialisation,
                              std::uint64_t seed) {
  auto theta = at::zeros({layout.size()}, at::kFloat);
  const std::span<float> values(theta.data_ptr<float>(), static_cast<std::size_t>(layout.size()));
  for (std::size_t b = 0; b < layout.blocks().size(); ++b) {
    const auto& block = layout.blocks()[b];
    const auto& start = block.start;
    fill(values.subspan(static_cast<std::size_t>(block.offset), static_cast<std::size_t>(block.size)),
         initialisation == Initialisation::tf ? start.tf : start.torch, Random(seed, "initialisation", {b}));
  }
  return theta;
}

}  // namespace fedmeta::model

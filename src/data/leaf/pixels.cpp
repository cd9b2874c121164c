#include "data/leaf/pixels.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace fedmeta::data {
namespace {

constexpr double tolerance = 1e-6;

/// Writes the nearest bytes. Returns false if a value is not within the tolerance of k/255.
bool to_bytes(std::span<const double> sample, std::uint8_t* bytes) {
  double worst = 0;
  for (std::size_t i = 0; i < sample.size(); ++i) {
    const double level = 255.0 * sample[i];
    bytes[i] = static_cast<std::uint8_t>(std::lround(level));
    worst = std::max(worst, std::abs(level - bytes[i]));
  }
  return worst <= 255.0 * tolerance;
}

}  // namespace

void Pixels::add(std::span<const double> sample) {
  if (floats_.empty()) {
    const std::size_t before = bytes_.size();
    bytes_.resize(before + sample.size());
    if (to_bytes(sample, bytes_.data() + before)) return;
    bytes_.resize(before);
    floats_ = to_floats(std::exchange(bytes_, {}));
  }
  floats_.insert(floats_.end(), sample.begin(), sample.end());
}

Features Pixels::take() {
  if (!floats_.empty()) return std::exchange(floats_, {});
  bytes_.shrink_to_fit();
  return std::exchange(bytes_, {});
}

}  // namespace fedmeta::data

// Random numbers that depend on what they are for, never on who draws them or in which order.
//
// Every stream is named by (seed, purpose, keys...), such as (1, "sampling", round). Results therefore do
// not depend on the number of ranks, and a resumed run needs no generator state. The distributions are our
// own because the standard library's differ between implementations.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <utility>
#include <vector>

namespace fedmeta {

/// 64-bit FNV-1a hash, for using a name (a client's id) as a key.
std::uint64_t hash(std::string_view text);

/// SplitMix64 (Steele, Lea, Flood 2014): one 64-bit state, full period, passes BigCrush.
class Random {
 public:
  Random(std::uint64_t seed, std::string_view purpose, std::initializer_list<std::uint64_t> keys = {});

  std::uint64_t bits();
  /// Uniform in [0, 1), 53 bits.
  double uniform();
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  /// Uniform in 0 .. n-1, without bias; n > 0.
  std::uint64_t below(std::uint64_t n);
  /// Standard normal (Box-Muller).
  double normal();
  double normal(double mean, double deviation) { return mean + deviation * normal(); }

 private:
  std::uint64_t state_;
};

/// Fisher-Yates.
template <class T>
void shuffle(std::vector<T>& items, Random& random) {
  for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[random.below(i)]);
}

}  // namespace fedmeta

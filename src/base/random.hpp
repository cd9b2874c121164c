// Random numbers that depend on their purpose, never on who draws them or in which order.
//
// Every stream is named by (seed, purpose, keys...), such as (1, "sampling", round). Results therefore do not
// depend on the number of ranks, and a resumed run needs no generator state. We implement the distributions
// ourselves because those of the standard library differ between implementations.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <utility>
#include <vector>

namespace fedmeta {

/// Returns the 64-bit FNV-1a hash of `text`, which makes a name (a client's id) a key.
std::uint64_t hash(std::string_view text);

/// SplitMix64 (Steele, Lea, Flood 2014): one 64-bit state, full period, passes BigCrush.
class Random {
 public:
  Random(std::uint64_t seed, std::string_view purpose, std::initializer_list<std::uint64_t> keys = {});

  std::uint64_t bits();
  /// Returns a uniform number in [0, 1) with 53 random bits.
  double uniform();
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  /// Returns a uniform integer in 0 .. n-1, without bias. Requires n > 0.
  std::uint64_t below(std::uint64_t n);
  /// Returns a standard normal number (Box-Muller).
  double normal();
  double normal(double mean, double deviation) { return mean + deviation * normal(); }

 private:
  std::uint64_t state_;
};

/// Permutes `items` uniformly (Fisher-Yates).
template <class T>
void shuffle(std::vector<T>& items, Random& random) {
  for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[random.below(i)]);
}

}  // namespace fedmeta

#include "base/random.hpp"

#include <cmath>
#include <numbers>

namespace fedmeta {
namespace {

std::uint64_t mix(std::uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

constexpr std::uint64_t golden_gamma = 0x9e3779b97f4a7c15ULL;

}  // namespace

std::uint64_t hash(std::string_view text) {
  std::uint64_t h = 0xcbf29ce484222325ULL;
  for (unsigned char c : text) h = (h ^ c) * 0x100000001b3ULL;
  return h;
}

Random::Random(std::uint64_t seed, std::string_view purpose, std::initializer_list<std::uint64_t> keys)
    : state_(mix(seed + golden_gamma) ^ hash(purpose)) {
  for (std::uint64_t key : keys) state_ = mix(state_ + golden_gamma) ^ mix(key + golden_gamma);
  state_ = mix(state_);
}

std::uint64_t Random::bits() {
  return mix(state_ += golden_gamma);
}

double Random::uniform() {
  return static_cast<double>(bits() >> 11) * 0x1.0p-53;
}

std::uint64_t Random::below(std::uint64_t n) {
  const std::uint64_t rejected = (0 - n) % n;  // 2^64 mod n: so many values would be drawn too often
  for (;;) {
    const std::uint64_t x = bits();
    if (x >= rejected) return x % n;
  }
}

double Random::normal() {
  const double radius = std::sqrt(-2.0 * std::log1p(-uniform()));
  return radius * std::cos(2.0 * std::numbers::pi * uniform());
}

}  // namespace fedmeta

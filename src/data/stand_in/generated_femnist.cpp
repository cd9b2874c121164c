#include "data/stand_in/generated_femnist.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "base/random.hpp"
#include "data/stand_in/glyph_hand.hpp"
#include "data/stand_in/glyph_raster.hpp"

namespace fedmeta::data {
namespace {

constexpr std::size_t digits = 10, letters = 26;

/// Frequency of each character, per mille of all letters (English text; Lewand 2000).
constexpr std::array<double, letters> letter_frequency = {82, 15, 28, 43, 127, 22, 20, 61, 70, 2,  8, 40, 24,
                                                          67, 75, 19, 1,  60,  63, 91, 28, 10, 24, 2, 20, 1};

/// The random stream of a client's number of samples and then of its labels.
constexpr std::string_view client_stream = "generated femnist client";

using ClassMix = std::array<double, glyph_classes>;

/// Draws a writer's share of digits. NIST's forms had digits only, mostly digits with a few letters, or whole
/// texts, and about half of FEMNIST's samples are digits.
double draw_digit_share(Random& random) {
  const double kind = random.uniform();
  if (kind < 0.04) return 0.97;
  return kind < 0.45 ? random.uniform(0.6, 0.8) : random.uniform(0.2, 0.5);
}

/// Returns the cumulative probabilities of the classes for one writer. A constant is added to the
/// frequencies, since rare letters are less rare than in running text: NIST's forms also contained the
/// alphabet.
ClassMix draw_class_mix(Random& random) {
  const double digit_share = draw_digit_share(random);
  const double small_share = (1 - digit_share) * random.uniform(0.3, 0.7);
  const double capital_share = 1 - digit_share - small_share;
  ClassMix mix;
  const auto fill = [&](std::size_t first, std::size_t count, double share) {
    double total = 0;
    for (std::size_t k = 0; k < count; ++k) {
      const double usual = count == digits ? 1 : 30 + letter_frequency[k];
      total += mix[first + k] = usual * random.uniform(0.5, 1.5);
    }
    for (std::size_t k = 0; k < count; ++k) mix[first + k] *= share / total;
  };
  fill(0, digits, digit_share);
  fill(digits, letters, capital_share);
  fill(digits + letters, letters, small_share);
  for (std::size_t k = 1; k < mix.size(); ++k) mix[k] += mix[k - 1];
  return mix;
}

std::int32_t draw_class(const ClassMix& mix, Random& random) {
  const auto place = std::upper_bound(mix.begin(), mix.end() - 1, random.uniform() * mix.back());
  return static_cast<std::int32_t>(place - mix.begin());
}

}  // namespace

GeneratedFemnist::GeneratedFemnist(const GeneratedSize& size, std::uint64_t seed) : size_(size), seed_(seed) {
  check_size(size, "generated femnist");
}

std::string GeneratedFemnist::id(std::int64_t index) const {
  return numbered_id("g", index, size_.clients);
}

std::int64_t GeneratedFemnist::samples(std::int64_t index) const {
  Random of_client(seed_, client_stream, {client_key(index)});
  return draw_samples(size_, of_client);
}

std::vector<std::int32_t> GeneratedFemnist::labels(std::int64_t index) const {
  Random of_client(seed_, client_stream, {client_key(index)});
  const std::int64_t samples = draw_samples(size_, of_client);
  const ClassMix mix = draw_class_mix(of_client);
  std::vector<std::int32_t> labels(static_cast<std::size_t>(samples));
  for (std::int32_t& label : labels) label = draw_class(mix, of_client);
  return labels;
}

Client GeneratedFemnist::client(std::int64_t index) const {
  auto written = labels(index);
  auto images = draw(index, written, "generated femnist samples");
  return {id(index), std::move(images), std::move(written)};
}

std::vector<std::uint8_t> GeneratedFemnist::alphabet(std::int64_t index) const {
  std::vector<std::int32_t> labels(glyph_classes);
  std::iota(labels.begin(), labels.end(), 0);
  return draw(index, labels, "generated femnist alphabet");
}

std::vector<std::uint8_t> GeneratedFemnist::draw(std::int64_t index, std::span<const std::int32_t> labels,
                                                 std::string_view purpose) const {
  Random of_writer(seed_, "generated femnist writer", {client_key(index)});
  const Hand hand = draw_hand(of_writer);
  const Pen pen{hand.pen, hand.edge, hand.pressure};
  Random of_samples(seed_, purpose, {client_key(index)});
  std::vector<std::uint8_t> pixels(labels.size() * glyph_pixels);
  for (std::size_t i = 0; i < labels.size(); ++i)
    rasterise(draw_letter(hand, labels[i], of_samples), pen,
              std::span(pixels).subspan(i * glyph_pixels).first<glyph_pixels>());
  return pixels;
}

}  // namespace fedmeta::data

// Storage of one client's samples, as small as their data set allows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <variant>
#include <vector>

namespace fedmeta::data {

/// Bytes k that stand for the values k/255; row-major [samples, width].
using Bytes = std::vector<std::uint8_t>;
/// Values themselves; row-major [samples, width].
using Floats = std::vector<float>;
/// Numbers of tokens or of columns; row-major [samples, width].
using Indices = std::vector<std::int32_t>;
/// A text that is stored once: sample i is the `width` bytes of `text` from start[i] on.
struct Windows {
  std::vector<std::uint8_t> text;
  std::vector<std::int32_t> start;  ///< [samples]

  bool operator==(const Windows&) const = default;
};

using Features = std::variant<Bytes, Floats, Indices, Windows>;

/// The alternatives of Features, in their order.
enum class Storage : std::uint8_t { bytes, floats, indices, windows };

inline Storage storage_of(const Features& features) {
  return static_cast<Storage>(features.index());
}

/// Returns the values: bytes become k/255. For bytes and floats only.
std::vector<float> to_floats(Features features);

/// Appends the samples of `more`. Converts bytes to floats if one of the two stores floats; otherwise both
/// must have the same storage.
void append(Features& features, Features&& more);

/// Returns the samples `rows`, in that order, of features with `samples` (> 0) samples. Keeps a text as a
/// whole.
Features select_rows(const Features& features, std::size_t samples, std::span<const std::int32_t> rows);

}  // namespace fedmeta::data

// How the samples of one client are stored: as small as their data set allows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <variant>
#include <vector>

namespace fedmeta::data {

/// A byte k stands for the value k/255; row-major [samples, width].
using Bytes = std::vector<std::uint8_t>;
/// A float stands for itself; row-major [samples, width].
using Floats = std::vector<float>;
/// Numbers of tokens or of columns; row-major [samples, width].
using Indices = std::vector<std::int32_t>;
/// Text kept once: sample i is the `width` bytes of `text` that begin at start[i].
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

/// The values themselves: bytes become k/255. Only for bytes and floats.
std::vector<float> to_floats(Features features);

/// Appends the samples of `more`. Bytes beside floats become floats; other storages must be equal.
void append(Features& features, Features&& more);

/// The samples `rows`, in that order, of features that hold `samples` (> 0) of them. A text is kept whole.
Features select_rows(const Features& features, std::size_t samples, std::span<const std::int32_t> rows);

}  // namespace fedmeta::data

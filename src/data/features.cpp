#include "data/features.hpp"

#include <algorithm>
#include <utility>

namespace fedmeta::data {
namespace {

template <class T>
void append_to(std::vector<T>& values, const std::vector<T>& more) {
  values.insert(values.end(), more.begin(), more.end());
}

void append_to(Windows& windows, const Windows& more) {
  const auto shift = static_cast<std::int32_t>(windows.text.size());
  append_to(windows.text, more.text);
  for (const auto start : more.start) windows.start.push_back(start + shift);
}

template <class T>
Features selected(const std::vector<T>& values, std::size_t samples, std::span<const std::int32_t> rows) {
  const auto width = values.size() / samples;
  std::vector<T> chosen;
  chosen.reserve(rows.size() * width);
  for (const auto row : rows) {
    const auto begin = values.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(row) * width);
    chosen.insert(chosen.end(), begin, begin + static_cast<std::ptrdiff_t>(width));
  }
  return chosen;
}

Features selected(const Windows& windows, std::size_t, std::span<const std::int32_t> rows) {
  Windows chosen{windows.text, {}};
  for (const auto row : rows) chosen.start.push_back(windows.start[static_cast<std::size_t>(row)]);
  return chosen;
}

}  // namespace

std::vector<float> to_floats(Features features) {
  if (auto* floats = std::get_if<Floats>(&features)) return std::move(*floats);
  const auto& bytes = std::get<Bytes>(features);
  Floats floats(bytes.size());
  std::transform(bytes.begin(), bytes.end(), floats.begin(),
                 [](std::uint8_t byte) { return static_cast<float>(byte) / 255.0F; });
  return floats;
}

void append(Features& features, Features&& more) {
  if (features.index() != more.index()) {
    features = to_floats(std::move(features));
    more = to_floats(std::move(more));
  }
  std::visit([&more](auto& own) { append_to(own, std::get<std::decay_t<decltype(own)>>(more)); }, features);
}

Features select_rows(const Features& features, std::size_t samples, std::span<const std::int32_t> rows) {
  return std::visit([&](const auto& own) { return selected(own, samples, rows); }, features);
}

}  // namespace fedmeta::data

// Enumerations as options and results files have them: in words.
#pragma once

#include <array>
#include <cstddef>
#include <string>

namespace fedmeta::options {

/// What options call the enumerators, in their order. To be specialised for each enumeration.
template <class Enum>
inline constexpr std::array<const char*, 0> words{};

template <class Enum>
std::string word(Enum value) {
  return words<Enum>.at(static_cast<std::size_t>(value));
}

}  // namespace fedmeta::options

// Numbers side by side that are read and written at once.
#pragma once

#include <cstdint>

#include "cuda/on_both.hpp"

namespace fedmeta::cuda {

template <class T, int lanes>
struct alignas(lanes * sizeof(T)) Lanes {
  T at[lanes];
};
template <int lanes>
using Floats = Lanes<float, lanes>;

/// `i` counts numbers, not lanes.
template <int lanes>
FEDMETA_ON_BOTH inline Floats<lanes> read(const float* array, std::int64_t i) {
  return *reinterpret_cast<const Floats<lanes>*>(array + i);
}
template <class T, int lanes>
FEDMETA_ON_BOTH inline void write(const Lanes<T, lanes>& numbers, T* array, std::int64_t i) {
  *reinterpret_cast<Lanes<T, lanes>*>(array + i) = numbers;
}

}  // namespace fedmeta::cuda

// Loops that the compiler vectorises for the widest registers it can rely on at run time: AVX2's if the
// machine has them, else those for which the program is built.
#pragma once

#include <cstdint>

#include "kernels/block_kernels.hpp"

// Placed before a loop: promises that no iteration depends on another.
#ifdef __clang__
#define FEDMETA_INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#else
#define FEDMETA_INDEPENDENT _Pragma("GCC ivdep")
#endif

// Lambdas and functions with this are compiled anew inside each caller, for the caller's registers.
#define FEDMETA_INLINE __attribute__((always_inline))

namespace fedmeta::kernels {

template <class F>
void loop_as_built(std::int64_t begin, std::int64_t end, F body) {
  for (auto i = begin; i < end; ++i) body(i);
}

#ifdef __x86_64__
template <class F>
[[gnu::target("avx2,fma")]] void loop_with_avx2(std::int64_t begin, std::int64_t end, F body) {
  for (auto i = begin; i < end; ++i) body(i);
}
#endif

/// Calls body(begin), ..., body(end - 1). `body` must be a lambda with FEDMETA_INLINE, and so must whatever
/// it calls in a loop.
template <class F>
void vector_loop(std::int64_t begin, std::int64_t end, F body) {
#ifdef __x86_64__
  static const bool avx2 = vector_widths().back() >= 32;
  if (avx2) return loop_with_avx2(begin, end, body);
#endif
  loop_as_built(begin, end, body);
}

}  // namespace fedmeta::kernels

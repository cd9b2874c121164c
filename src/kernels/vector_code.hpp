// Loops that the compiler turns into vector code, for the widest registers that it can count on at run time:
// AVX2's where the machine has them, else those that the program is built for.
#pragma once

#include <cstdint>

#include "kernels/block_kernels.hpp"

// Before a loop: no number of a pass depends on another one.
#ifdef __clang__
#define FEDMETA_INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#else
#define FEDMETA_INDEPENDENT _Pragma("GCC ivdep")
#endif

// Lambdas and functions with this are compiled anew within the function that calls them, for its registers.
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

/// body(begin), ..., body(end - 1); `body` is a lambda with FEDMETA_INLINE, as all that it calls in a loop.
template <class F>
void vector_loop(std::int64_t begin, std::int64_t end, F body) {
#ifdef __x86_64__
  static const bool avx2 = vector_widths().back() >= 32;
  if (avx2) return loop_with_avx2(begin, end, body);
#endif
  loop_as_built(begin, end, body);
}

}  // namespace fedmeta::kernels

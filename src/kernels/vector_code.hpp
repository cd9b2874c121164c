// Loops that the compiler vectorises for the registers in use at run time (kernels/vector_width.hpp):
// AVX-512's, AVX2's, or those for which the program is built.
#pragma once

#include <cstdint>

#include "kernels/vector_width.hpp"

// Placed before a loop: promises that no iteration depends on another.
#ifdef __clang__
#define FEDMETA_INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#else
#define FEDMETA_INDEPENDENT _Pragma("GCC ivdep")
#endif

// What vector_widths() asks of a processor for 64 bytes. GCC would otherwise prefer 32.
#ifdef __clang__
#define FEDMETA_AVX512 "avx512f,avx512bw,avx512dq,avx512vl,fma"
#else
#define FEDMETA_AVX512 "avx512f,avx512bw,avx512dq,avx512vl,fma,prefer-vector-width=512"
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

template <class F>
[[gnu::target(FEDMETA_AVX512)]] void loop_with_avx512(std::int64_t begin, std::int64_t end, F body) {
  for (auto i = begin; i < end; ++i) body(i);
}
#endif

/// Calls body(begin), ..., body(end - 1). `body` must be a lambda with FEDMETA_INLINE, and so must whatever
/// it calls in a loop.
template <class F>
void vector_loop(std::int64_t begin, std::int64_t end, F body) {
#ifdef __x86_64__
  if (vector_width() == 64) return loop_with_avx512(begin, end, body);
  if (vector_width() == 32) return loop_with_avx2(begin, end, body);
#endif
  loop_as_built(begin, end, body);
}

}  // namespace fedmeta::kernels

// A vector register as a type, for code that keeps its sums in registers.
#pragma once

namespace fedmeta::kernels {

/// The numbers of a register of `width` bytes, which may be anywhere in an array of T.
template <class T, int width>
struct Vector {
  typedef T type __attribute__((vector_size(width), aligned(alignof(T)), may_alias));
};

}  // namespace fedmeta::kernels

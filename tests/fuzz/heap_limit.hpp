// Bounds what a parser holds on the heap at once by a multiple of its input's size. For builds with
// AddressSanitizer.
#pragma once

#include <cstddef>

namespace fedmeta::fuzz {

/// The multiples of targets.def.
namespace multiple_of {
#define TARGET(name, multiple) inline constexpr std::size_t name = multiple;
#include "fuzz/targets.def"
#undef TARGET
}  // namespace multiple_of

/// Ends the program where, between its beginning and its end, the heap grows by more than `multiple` times
/// the input's size and what does not depend on that: the buffers of the readers, 1 MiB.
class HeapLimit {
 public:
  HeapLimit(std::size_t multiple, std::size_t input_bytes);
  ~HeapLimit();
  HeapLimit(const HeapLimit&) = delete;
  HeapLimit& operator=(const HeapLimit&) = delete;

 private:
  std::size_t input_bytes_, most_;
};

}  // namespace fedmeta::fuzz

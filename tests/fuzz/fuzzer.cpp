// One fuzzer of libFuzzer: FEDMETA_FUZZ_TARGET is its target.

#include <cstddef>
#include <cstdint>

#include "fuzz/heap_limit.hpp"
#include "fuzz/target.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace fedmeta::fuzz;
  const HeapLimit limit(multiple_of::FEDMETA_FUZZ_TARGET, size);
  FEDMETA_FUZZ_TARGET({reinterpret_cast<const char*>(bytes), size});
  return 0;
}

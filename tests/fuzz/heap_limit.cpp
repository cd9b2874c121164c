#include "fuzz/heap_limit.hpp"

#include <sanitizer/allocator_interface.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace fedmeta::fuzz {
namespace {

constexpr std::size_t constant_bytes = std::size_t{1} << 20;

bool counting = false;
std::ptrdiff_t held = 0, peak = 0;  // bytes since counting began

void on_malloc(const volatile void*, std::size_t size) {
  if (!counting) return;
  held += static_cast<std::ptrdiff_t>(size);
  peak = std::max(peak, held);
}

void on_free(const volatile void* block) {
  if (counting && block)
    held -= static_cast<std::ptrdiff_t>(__sanitizer_get_allocated_size(const_cast<const void*>(block)));
}

}  // namespace

HeapLimit::HeapLimit(std::size_t multiple, std::size_t input_bytes)
    : input_bytes_(input_bytes), most_(constant_bytes + multiple * input_bytes) {
  static const bool installed = __sanitizer_install_malloc_and_free_hooks(on_malloc, on_free) > 0;
  if (!installed) std::abort();
  held = peak = 0;
  counting = true;
}

HeapLimit::~HeapLimit() {
  counting = false;
  if (peak <= static_cast<std::ptrdiff_t>(most_)) return;
  std::fprintf(stderr, "the parser held %td bytes at once for an input of %zu bytes, more than %zu\n", peak,
               input_bytes_, most_);
  std::abort();
}

}  // namespace fedmeta::fuzz

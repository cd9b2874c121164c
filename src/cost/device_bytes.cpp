#include "cost/device_bytes.hpp"

#include <atomic>

namespace fedmeta::cost {
namespace {
std::atomic<std::int64_t> copied{0};
}  // namespace

void count_device_bytes(std::int64_t bytes) {
  copied.fetch_add(bytes, std::memory_order_relaxed);
}

std::int64_t device_bytes() {
  return copied.load(std::memory_order_relaxed);
}

}  // namespace fedmeta::cost

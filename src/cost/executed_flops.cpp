#include "cost/executed_flops.hpp"

#include <atomic>

namespace fedmeta::cost {
namespace {
std::atomic<std::int64_t> total{0};
}  // namespace

void count_executed_flops(std::int64_t flops) {
  total.fetch_add(flops, std::memory_order_relaxed);
}

std::int64_t executed_flops() {
  return total.load(std::memory_order_relaxed);
}

}  // namespace fedmeta::cost

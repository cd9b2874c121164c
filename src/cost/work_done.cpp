#include "cost/work_done.hpp"

#include <atomic>

namespace fedmeta::cost {
namespace {
std::atomic<std::int64_t> gradient_rows{0}, hessian_rows{0};
}  // namespace

void count_work(const Work& work) {
  gradient_rows.fetch_add(work.gradient_rows, std::memory_order_relaxed);
  hessian_rows.fetch_add(work.hessian_rows, std::memory_order_relaxed);
}

Work work_done() {
  return {gradient_rows.load(std::memory_order_relaxed), hessian_rows.load(std::memory_order_relaxed)};
}

}  // namespace fedmeta::cost

// The reverse sweep keeps K parameter vectors, and one step's graph at a time.
#include <c10/core/Allocator.h>
#include <c10/util/ThreadLocalDebugInfo.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "engine/autograd_engine.hpp"
#include "engine/unrolled.hpp"
#include "learn/meta_gradient.hpp"
#include "learn/problems.hpp"
#include "sanitizers/paper_sizes.hpp"

namespace fedmeta::engine {
using namespace learn;
namespace {

/// ATen reports each allocation and release on the CPU to it.
class PeakMemory final : public c10::MemoryReportingInfoBase {
 public:
  void reportMemoryUsage(void*, std::int64_t bytes, std::size_t, std::size_t, at::Device) override {
    live_ += bytes;
    peak_ = std::max(peak_, live_);
  }
  bool memoryProfilingEnabled() const override { return true; }

  std::int64_t peak() const { return peak_; }

 private:
  std::int64_t live_ = 0, peak_ = 0;
};

std::int64_t peak_bytes(const std::function<void()>& work) {
  const auto memory = std::make_shared<PeakMemory>();
  {
    const c10::DebugInfoGuard guard(c10::DebugInfoKind::PROFILER_STATE, memory);
    work();
  }
  return memory->peak();
}

class SweepMemory : public testing::Test {
 protected:
  SweepMemory() { at::manual_seed(12); }
  std::vector<learn::Batch> steps(std::int64_t k) const { return learn::minibatches(support, {k, 0, 0}); }

  // Activations outweigh the parameters: 16 rows x 32 x 784 x 4 bytes for one layer's, against 0.4 MB.
  const model::ImageCnn cnn{{.hidden = 16}};
  const std::unique_ptr<learn::Engine> engine = make_autograd_engine(cnn, model::counted_products());
  const at::Tensor theta = model::initial_parameters(cnn.layout(), model::Initialisation::tf, 1);
  const learn::Batch support = random_batch(16, 784, 62, at::kFloat),
                     query = random_batch(16, 784, 62, at::kFloat);
  const std::int64_t vector = 4 * theta.numel();
};

TEST_F(SweepMemory, GrowsByOneParameterVectorAStep) {
  FEDMETA_AT_PAPER_SIZES();
  const auto alphas = at::full_like(theta, 0.01);
  const auto of_maml = [&](std::int64_t k) {
    return peak_bytes([&] { learn::maml(*engine, theta, 0.01, steps(k), query); });
  };
  const auto of_meta_sgd = [&](std::int64_t k) {
    return peak_bytes([&] { learn::meta_sgd(*engine, theta, alphas, steps(k), query); });
  };
  const auto slack = vector / 100;  // scalars and alignment
  EXPECT_LE(of_maml(8) - of_maml(2), 6 * vector + slack);
  EXPECT_LE(of_meta_sgd(8) - of_meta_sgd(2), 6 * vector + slack);
}

TEST_F(SweepMemory, OfTheUnrolledLoopGrowsByAGraphAStep) {
  FEDMETA_AT_PAPER_SIZES();
  const auto of_unrolled = [&](std::int64_t k) {
    return peak_bytes(
        [&] { unrolled_meta_gradient(cnn, theta, at::full({}, 0.01), steps(k), query, false); });
  };
  EXPECT_GT(of_unrolled(3) - of_unrolled(2), 4 * vector) << "the measurement misses activations";
}

TEST_F(SweepMemory, OfFirstOrderDoesNotGrow) {
  FEDMETA_AT_PAPER_SIZES();
  const auto of_fomaml = [&](std::int64_t k) {
    return peak_bytes([&] { learn::fomaml(*engine, theta, 0.01, steps(k), query); });
  };
  EXPECT_LE(of_fomaml(8) - of_fomaml(2), vector / 100);
}

}  // namespace
}  // namespace fedmeta::engine

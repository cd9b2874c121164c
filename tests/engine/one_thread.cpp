// These problems are too small for several threads, which on a busy machine wait for each other far longer
// than they work.
#include <ATen/Parallel.h>
#include <gtest/gtest.h>

namespace fedmeta::engine {
namespace {

class OneThread final : public testing::Environment {
 public:
  void SetUp() override { at::set_num_threads(1); }
};

[[maybe_unused]] const auto* const one_thread = testing::AddGlobalTestEnvironment(new OneThread);

}  // namespace
}  // namespace fedmeta::engine

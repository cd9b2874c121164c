#include "programs/bench/banner.hpp"

#include <gtest/gtest.h>

namespace fedmeta::programs {
namespace {

TEST(Banner, SaysWhichRanksShareAGpu) {
  record::System system;
  system.rank = {0, 1, 2};
  system.host = {"a", "a", "a"};
  system.pid = {10, 11, 12};
  system.device = {"cuda:0", "cuda:1", "cuda:0"};
  system.threads = {1, 1, 1};
  system.gemm_flops_per_second = {1e12, 1e12, 1e12};
  Prepared prepared;
  prepared.ranks_on_gpu = {2, 1, 2};
  const auto text = banner({}, system, prepared, 0);
  const auto line = [&](const std::string& pid) {
    const auto at = text.find(" " + pid + " ");
    return text.substr(at, text.find('\n', at) - at);
  };
  for (const auto* pid : {"10", "12"})
    EXPECT_NE(line(pid).find("cuda:0, shared by 2"), std::string::npos) << text;
  EXPECT_EQ(line("11").find("shared"), std::string::npos) << text;
}

}  // namespace
}  // namespace fedmeta::programs

#include "programs/bench/cpu_model.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace fedmeta::programs {
namespace {

std::string model_in(const std::string& text) {
  std::istringstream in(text);
  return cpu_model(in);
}

TEST(CpuModel, IsThatOfTheFirstProcessor) {
  EXPECT_EQ(model_in("processor\t: 0\nmodel\t\t: 1\nmodel name\t: AMD EPYC 9654 96-Core Processor\n\n"
                     "processor\t: 1\nmodel name\t: another\n"),
            "AMD EPYC 9654 96-Core Processor");
  EXPECT_EQ(model_in("processor\t: 0\ncpu\t\t: POWER9, altivec supported\nclock\t\t: 3800MHz\n"),
            "POWER9, altivec supported");
}

TEST(CpuModel, IsANumberOnArm) {
  EXPECT_EQ(model_in("processor\t: 0\nCPU implementer\t: 0x41\nCPU part\t: 0xd0c\n"),
            "ARM implementer 0x41, part 0xd0c");
}

TEST(CpuModel, IsEmptyWhereNothingIsSaid) {
  EXPECT_EQ(model_in(""), "");
  EXPECT_EQ(model_in("no colon\nmodel name\t:\n"), "");
}

}  // namespace
}  // namespace fedmeta::programs

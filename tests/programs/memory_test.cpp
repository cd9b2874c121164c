// What libtorch says where memory ends is understood.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "base/error.hpp"

namespace fedmeta {
namespace {

TEST(Memory, ThatATensorDoesNotGetIsTheCause) {
#ifdef FEDMETA_ADDRESS_SANITIZER
  GTEST_SKIP() << "SKIPPED: AddressSanitizer ends a process that asks for so much";
#endif
  try {
    at::empty({std::int64_t{1} << 60}, at::kByte);
    FAIL() << "an exabyte of memory";
  } catch (...) {
    const auto error = current_error();
    EXPECT_EQ(error.status(), Status::system);
    EXPECT_EQ(std::string(error.what()).rfind("out of memory for 1152921504606846976 bytes (", 0), 0U)
        << error.what();
  }
}

}  // namespace
}  // namespace fedmeta

// Tests at the papers' sizes, which small ones repeat under sanitizers: there they take minutes, and the same
// paths.
#pragma once

#include <gtest/gtest.h>

#ifdef FEDMETA_ADDRESS_SANITIZER
#define FEDMETA_AT_PAPER_SIZES() GTEST_SKIP() << "at the papers' sizes"
#else
#define FEDMETA_AT_PAPER_SIZES() static_cast<void>(0)
#endif

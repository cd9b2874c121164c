// What an error must say.
#pragma once

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>

#include "base/error.hpp"

namespace fedmeta::test {

/// The action throws a one-line Error of this status that holds all parts.
template <class Action>
void expect_error(Status status, Action action, std::initializer_list<std::string> parts) {
  try {
    action();
  } catch (const Error& error) {
    const std::string line = error.what();
    EXPECT_EQ(error.status(), status) << line;
    EXPECT_EQ(line.find('\n'), std::string::npos) << line;
    for (const auto& part : parts) EXPECT_NE(line.find(part), std::string::npos) << part << " in: " << line;
    return;
  }
  ADD_FAILURE() << "no error";
}

}  // namespace fedmeta::test

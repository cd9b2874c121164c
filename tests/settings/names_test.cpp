#include <gtest/gtest.h>

#include "command_line/nearest.hpp"

namespace fedmeta::settings {
namespace {

const std::vector<std::string> options{"rounds", "inner-lr", "outer-lr", "inner-batch"};

TEST(Nearest, IsTheNameWithTheFewestEdits) {
  EXPECT_EQ(command_line::nearest("rouds", options), "rounds");       // one letter missing
  EXPECT_EQ(command_line::nearest("rounnds", options), "rounds");     // one too many
  EXPECT_EQ(command_line::nearest("inner-lt", options), "inner-lr");  // one replaced
  EXPECT_EQ(command_line::nearest("inner", options),
            "inner-lr");  // three missing, not the six of inner-batch
  EXPECT_EQ(command_line::nearest("outer-lr", options), "outer-lr");
}

TEST(Nearest, OfEqualsIsTheFirst) {
  EXPECT_EQ(command_line::nearest("bat", {"cat", "rat"}), "cat");
  EXPECT_EQ(command_line::nearest("bat", {"rat", "cat"}), "rat");
}

TEST(Nearest, OfNothingIsEmpty) {
  EXPECT_EQ(command_line::nearest("maml", {}), "");
}

TEST(DidYouMean, NamesTheNearestAndAll) {
  EXPECT_EQ(command_line::did_you_mean("adm", {"sgd", "adam"}), "did you mean adam? known: sgd, adam");
}

}  // namespace
}  // namespace fedmeta::settings

#include <gtest/gtest.h>

#include "app/nearest.hpp"

namespace fedmeta::app {
namespace {

const std::vector<std::string> options{"rounds", "inner-lr", "outer-lr", "inner-batch"};

TEST(Nearest, IsTheNameWithTheFewestEdits) {
  EXPECT_EQ(nearest("rouds", options), "rounds");       // one letter missing
  EXPECT_EQ(nearest("rounnds", options), "rounds");     // one too many
  EXPECT_EQ(nearest("inner-lt", options), "inner-lr");  // one replaced
  EXPECT_EQ(nearest("inner", options), "inner-lr");     // three missing, not the six of inner-batch
  EXPECT_EQ(nearest("outer-lr", options), "outer-lr");
}

TEST(Nearest, OfEqualsIsTheFirst) {
  EXPECT_EQ(nearest("bat", {"cat", "rat"}), "cat");
  EXPECT_EQ(nearest("bat", {"rat", "cat"}), "rat");
}

TEST(Nearest, OfNothingIsEmpty) {
  EXPECT_EQ(nearest("maml", {}), "");
}

TEST(DidYouMean, NamesTheNearestAndAll) {
  EXPECT_EQ(did_you_mean("adm", {"sgd", "adam"}), "did you mean adam? known: sgd, adam");
}

}  // namespace
}  // namespace fedmeta::app

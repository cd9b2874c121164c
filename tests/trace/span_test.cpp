#include "trace/span.hpp"

#include <gtest/gtest.h>

#include "base/stop_signal.hpp"

namespace fedmeta::trace {
namespace {

TEST(Span, SaysWhatIsAroundIt) {
  const Span training("training", {.label = "maml seed 1"});
  const Span round("round", {"round", 12});
  const Span client("training clients", {"client", 7});
  const Span wait("waiting");
  EXPECT_EQ(wait.around(), "training maml seed 1, round 12, training clients (client 7)");
}

TEST(Span, NamesThePhaseAndGivesItBack) {
  const Span outer("outer");
  {
    const Span inner("inner");
    EXPECT_STREQ(phase(), "inner");
  }
  EXPECT_STREQ(phase(), "outer");
}

TEST(Span, KeepsNothingUntilAsked) {
  { const Span span("early"); }
  EXPECT_TRUE(take_events().empty());
}

TEST(Span, KeepsEventsInTheOrderOfTheirEnds) {
  keep_events();
  {
    const Span outer("outer", {.label = "label"});
    const Span inner("inner", {"bytes", 8});
  }
  const auto events = take_events();
  ASSERT_EQ(events.size(), 2U);
  EXPECT_STREQ(events[0].name, "inner");
  EXPECT_EQ(events[0].about.number, 8);
  EXPECT_EQ(events[1].about.label, "label");
  EXPECT_LE(events[1].begin, events[0].begin);
  EXPECT_LE(events[0].begin, events[0].end);
  EXPECT_LE(events[0].end, events[1].end);
  EXPECT_TRUE(take_events().empty());
}

TEST(ChromeTrace, HasMicrosecondsAndWhatAnEventIsAbout) {
  const std::vector<Event> events{{"reduce", {"bytes", 8}, 1'000'000'123'001, 1'000'000'125'006},
                                  {"training", {.label = "a \"b\""}, 0, 7}};
  EXPECT_EQ(chrome_events(events, 3),
            "{\"name\":\"reduce\",\"ph\":\"X\",\"pid\":3,\"tid\":3,\"ts\":1000000123.001,\"dur\":2.005,"
            "\"args\":{\"bytes\":8}},\n"
            "{\"name\":\"training\",\"ph\":\"X\",\"pid\":3,\"tid\":3,\"ts\":0.000,\"dur\":0.007,"
            "\"args\":{\"of\":\"a \\\"b\\\"\"}}");
  EXPECT_EQ(chrome_events({}, 3), "");
}

}  // namespace
}  // namespace fedmeta::trace

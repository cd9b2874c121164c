// The 103 features, worked out by hand.
#include "data/sets/production_features.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace fedmeta::data {
namespace {

// Columns of the blocks: last service 0, hour 40, weekday 64, battery 71, place 81, gap 87, category 89.
constexpr std::int64_t monday = 1483315200;  // 2017-01-02T00:00:00Z, a Monday

const std::vector<UseRecord> records = {
    {monday + 3600 * 5 + 59, 700, 3, 9, 0, true},
    {monday + 3600 * 6, 20, 13, 0, 5, false},
    {monday + 86400 * 6 + 86399, 20, 13, -1, -1, true},
    {monday + 86400 * 7, 700, 3, 4, 2, false},
};

TEST(ProductionFeatures, AreWhatTheHandWorksOut) {
  const Client client = encode_uses("ann", records);
  EXPECT_EQ(client.id, "ann");
  EXPECT_EQ(client.labels, (std::vector<std::int32_t>{0, 1, 1, 0}));
  EXPECT_EQ(std::get<Indices>(client.features), (Indices{-1, 45, 64, 80, 81, 88, -1,   // no last service
                                                         0,  46, 64, 71, 86, 87, 92,   // 700 of category 3
                                                         1,  63, 70, -1, -1, 88, 102,  // Sunday, last second
                                                         1,  40, 64, 75, 83, 87, 102}))  // Monday again
      << "blocks: last service, hour, weekday, battery, place, gap, category of the last service";
}

TEST(ProductionFeatures, UnifiedAddsTheUserAndTheLastServiceAndKeepsGlobalLabels) {
  const UnifiedColumns unified{.users = 50, .services = 1000};
  const Client client = encode_uses("ann", records, unified, 49);
  EXPECT_EQ(client.labels, (std::vector<std::int32_t>{700, 20, 20, 700}));
  const auto plain = std::get<Indices>(encode_uses("ann", records).features);
  const auto& wide = std::get<Indices>(client.features);
  ASSERT_EQ(wide.size(), 4U * 9);
  const std::vector<std::int32_t> last_service = {-1, 103 + 50 + 700, 103 + 50 + 20, 103 + 50 + 20};
  for (std::size_t i = 0; i < 4; ++i) {
    for (std::size_t k = 0; k < 7; ++k) EXPECT_EQ(wide[9 * i + k], plain[7 * i + k]);
    EXPECT_EQ(wide[9 * i + 7], 103 + 49);
    EXPECT_EQ(wide[9 * i + 8], last_service[i]);
  }
}

TEST(ProductionFeatures, FormsHaveThePapersSizes) {
  const SampleForm local = production_form();
  EXPECT_EQ(local.shape, (std::vector<std::int64_t>{103}));
  EXPECT_EQ(local.width, 7);
  EXPECT_EQ(local.classes, 40);
  EXPECT_EQ(local.input, Input::categories);
  const SampleForm unified = production_form({9369, 2420});
  EXPECT_EQ(unified.shape, (std::vector<std::int64_t>{11892}));
  EXPECT_EQ(unified.width, 9);
  EXPECT_EQ(unified.classes, 2420);
}

TEST(ProductionFeatures, TimesBefore1970HaveAnHourAndAWeekdayToo) {
  const Client client =
      encode_uses("ann", std::vector<UseRecord>{{-1, 0}});  // 1969-12-31T23:59:59, Wednesday
  EXPECT_EQ(std::get<Indices>(client.features), (Indices{-1, 63, 66, -1, -1, 88, -1}));
}

TEST(ProductionFeatures, Takes40ServicesAndRefuses41) {
  std::vector<UseRecord> many(41);
  for (int i = 0; i < 41; ++i) many[i].service = 100 - i;
  const auto some = encode_uses("ann", std::span(many).first(40));
  EXPECT_EQ(some.labels.back(), 39);
  EXPECT_THROW(encode_uses("ann", many), Error);
}

TEST(ProductionFeatures, NoRecordsAreNoSamples) {
  EXPECT_TRUE(encode_uses("ann", {}).labels.empty());
}

}  // namespace
}  // namespace fedmeta::data

// MFU, MRU and naive Bayes on sequences that can be judged by hand.
#include "data/sets/production_baselines.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include "base/random.hpp"
#include "data/sets/production_features.hpp"

namespace fedmeta::data {
namespace {

using Numbers = std::vector<std::int32_t>;

/// A history whose first `support` rows are the support set and the rest the query set.
struct Case {
  Numbers labels, indices, rows;
  std::size_t support;

  Case(Numbers labels_, std::size_t support_, Numbers indices_ = {})
      : labels(std::move(labels_)), indices(std::move(indices_)), rows(labels.size()), support(support_) {
    if (indices.empty()) indices.assign(7 * labels.size(), -1);
    std::iota(rows.begin(), rows.end(), 0);
  }
  UseHistory history() const { return {indices, labels}; }
  UseRows sets() const { return {std::span(rows).first(support), std::span(rows).subspan(support)}; }
};

void expect_hits(const Hits& hits, int top1, int top4, int records) {
  EXPECT_EQ(hits.top1, top1);
  EXPECT_EQ(hits.top4, top4);
  EXPECT_EQ(hits.records, records);
}

TEST(MostFrequentlyUsed, RanksBySupportCountsAndTiesByLabel) {
  // Support: 4 four times, 1 and 3 twice, 0 and 2 once. The first four are 4, 1, 3, 0.
  const Case one({2, 1, 4, 4, 3, 1, 4, 4, 0, 3, /* query */ 4, 1, 3, 0, 2, 2, 5, 4}, 10);
  expect_hits(most_frequently_used(one.history(), one.sets()), 2, 5, 8);
}

TEST(MostFrequentlyUsed, KnowsNoServiceThatTheSupportSetLacks) {
  const Case one({7, 7, /* query */ 1, 7, 2}, 2);
  expect_hits(most_frequently_used(one.history(), one.sets()), 1, 1, 3);
}

TEST(MostRecentlyUsed, LooksAtTheLastFourRecordsEvenInTheQuerySet) {
  const Case one({0, 1, 2, 3, 4, /* query */ 4, 2, 0, 4, 2, 2}, 5);
  // 4 after 1234: first. 2 after 2344: among. 0 after 3442: no. 4 after 4420: among. 2 after 4204: among.
  // 2 after 2042: first.
  expect_hits(most_recently_used(one.history(), one.sets()), 2, 5, 6);
}

TEST(MostRecentlyUsed, MayLookAtTheLastFourServices) {
  const Case one({0, 1, 2, 3, 3, 3, 3, /* query */ 0, 1, 2}, 7);
  expect_hits(most_recently_used(one.history(), one.sets()), 0, 0, 3);
  // 0 after 3210: among; 1 after 0321: among; 2 after 1032: among.
  expect_hits(most_recently_used(one.history(), one.sets(), Recent::services), 0, 3, 3);
}

TEST(MostRecentlyUsed, DoesNotDependOnTheSupportSet) {
  Random random(1, "test");
  Numbers labels(200);
  for (auto& label : labels) label = static_cast<std::int32_t>(random.below(6));
  Case one(labels, 160);
  const auto large = most_recently_used(one.history(), one.sets());
  const auto small = most_recently_used(
      one.history(), {std::span(one.rows).subspan(150, 10), std::span(one.rows).subspan(160)});
  EXPECT_EQ(large.top1, small.top1);
  EXPECT_EQ(large.top4, small.top4);
  // From the support set on is history enough.
  const Numbers rows = {10, 11, 12};
  const UseHistory cut{std::span(one.indices).subspan(7 * 150), std::span(one.labels).subspan(150)};
  const Numbers whole_rows = {160, 161, 162};
  EXPECT_EQ(most_recently_used(cut, {{}, rows}).top4,
            most_recently_used(one.history(), {{}, whole_rows}).top4);
}

/// Service 0 at night (hour 2), service 1 at noon: the hour decides against the more frequent service.
TEST(NaiveBayes, WeighsPriorAndFeaturesAsTheFormulaSays) {
  const std::int32_t night = 40 + 2, noon = 40 + 12;
  const auto with_hours = [](const Numbers& hours) {
    Numbers indices;
    for (const auto hour : hours) indices.insert(indices.end(), {-1, hour, -1, -1, -1, -1, -1});
    return indices;
  };
  // Support: 0 six times at night, 1 twice at noon. At noon: 0 has 6/8 * 1/30, 1 has 2/8 * 3/26: 1 wins.
  // At night: 0 has 6/8 * 7/30, 1 has 2/8 * 1/26: 0 wins. At hour 5: 6/8 * 1/30 against 2/8 * 1/26: 0 wins.
  const Case one({0, 0, 0, 0, 0, 0, 1, 1, /* query */ 1, 0, 0, 2}, 8,
                 with_hours({night, night, night, night, night, night, noon, noon, noon, night, 45, noon}));
  expect_hits(naive_bayes(one.history(), one.sets()), 3, 3, 4);
}

/// The formula once more, as a product over counts, on random histories.
TEST(NaiveBayes, EqualsTheProductOfCounts) {
  Random random(3, "test");
  std::vector<UseRecord> records;
  for (int i = 0; i < 300; ++i)
    records.push_back({std::int64_t(random.below(1'000'000)) * 60,
                       std::int32_t(random.below(7) * random.below(2)), std::int8_t(random.below(3)),
                       std::int8_t(random.below(10)), std::int8_t(random.below(6)), random.below(2) == 0});
  const Client client = encode_uses("u", records);
  const auto& indices = std::get<Indices>(client.features);
  const Case one(client.labels, 200, indices);

  const auto score = [&](std::int32_t label, std::size_t row) {
    double uses = 0;
    for (std::size_t i = 0; i < 200; ++i) uses += client.labels[i] == label;
    double product = uses / 200;
    for (std::size_t k = 0; k < 7; ++k) {
      double both = 0;
      for (std::size_t i = 0; i < 200; ++i)
        both += client.labels[i] == label && indices[7 * i + k] == indices[7 * row + k];
      if (indices[7 * row + k] >= 0) product *= (both + 1) / (uses + use_blocks[k]);
    }
    return product;
  };
  int top1 = 0, top4 = 0;
  const std::set<std::int32_t> known(client.labels.begin(), client.labels.begin() + 200);
  for (std::size_t row = 200; row < 300; ++row) {
    int better = 0;
    for (const auto label : known) better += score(label, row) > score(client.labels[row], row);
    top1 += known.contains(client.labels[row]) && better == 0;
    top4 += known.contains(client.labels[row]) && better < 4;
  }
  expect_hits(naive_bayes(one.history(), one.sets()), top1, top4, 100);
  EXPECT_GT(top4, top1);
}

TEST(NaiveBayes, ReadsTheSevenFeaturesOfUnifiedRowsToo) {
  std::vector<UseRecord> records;
  for (int i = 0; i < 50; ++i)
    records.push_back({i * 7200, i * i % 5, 1, std::int8_t(i % 10), std::int8_t(i % 6)});
  const Client local = encode_uses("u", records), unified = encode_uses("u", records, {3, 5}, 1);
  const Case a(local.labels, 30, std::get<Indices>(local.features));
  const Case b(unified.labels, 30, std::get<Indices>(unified.features));
  EXPECT_EQ(naive_bayes(a.history(), a.sets()).top1, naive_bayes(b.history(), b.sets()).top1);
}

TEST(Hits, AddUp) {
  Hits all{1, 2, 3};
  all += Hits{10, 20, 30};
  expect_hits(all, 11, 22, 33);
}

}  // namespace
}  // namespace fedmeta::data

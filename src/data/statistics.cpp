#include "data/statistics.hpp"

#include <algorithm>
#include <cmath>

namespace fedmeta::data {

void StatisticsCollector::add(const Client& client) {
  Count& count = counts_[client.id];
  count.samples += static_cast<std::int64_t>(client.labels.size());
  count.classes.insert(client.labels.begin(), client.labels.end());
}

std::vector<std::int64_t> StatisticsCollector::samples_per_client() const {
  std::vector<std::int64_t> samples;
  for (const auto& [id, count] : counts_) samples.push_back(count.samples);
  return samples;
}

Statistics StatisticsCollector::result() const {
  Statistics s;
  if (counts_.empty()) return s;
  s.clients = static_cast<std::int64_t>(counts_.size());
  s.fewest = s.fewest_classes = INT64_MAX;
  std::set<std::int32_t> classes;
  for (const auto& [id, count] : counts_) {
    const auto own_classes = static_cast<std::int64_t>(count.classes.size());
    s.samples += count.samples;
    s.fewest = std::min(s.fewest, count.samples);
    s.most = std::max(s.most, count.samples);
    s.fewest_classes = std::min(s.fewest_classes, own_classes);
    s.most_classes = std::max(s.most_classes, own_classes);
    classes.insert(count.classes.begin(), count.classes.end());
  }
  s.classes = static_cast<std::int64_t>(classes.size());
  s.mean = double(s.samples) / double(s.clients);
  double squares = 0;
  for (const auto& [id, count] : counts_)
    squares += (double(count.samples) - s.mean) * (double(count.samples) - s.mean);
  s.deviation = std::sqrt(squares / double(s.clients));
  return s;
}

}  // namespace fedmeta::data

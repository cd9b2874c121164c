// Statistics of a federated data set, as papers print them (Chen et al. 2018, Table 1).
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "data/client.hpp"

namespace fedmeta::data {

struct Statistics {
  std::int64_t clients = 0, samples = 0;
  std::int64_t classes = 0;                           ///< number of classes that occur
  double mean = 0, deviation = 0;                     ///< samples per client; population standard deviation
  std::int64_t fewest = 0, most = 0;                  ///< samples per client
  std::int64_t fewest_classes = 0, most_classes = 0;  ///< classes per client
};

/// Collects statistics without keeping the clients.
class StatisticsCollector {
 public:
  /// Adds a client, or a part of one. Parts with the same id belong to one client.
  void add(const Client& client);
  /// Returns the statistics, all zero without clients.
  Statistics result() const;
  /// Returns the numbers of samples in the order of the clients' ids.
  std::vector<std::int64_t> samples_per_client() const;

 private:
  struct Count {
    std::int64_t samples = 0;
    std::set<std::int32_t> classes;
  };
  std::map<std::string, Count> counts_;
};

}  // namespace fedmeta::data

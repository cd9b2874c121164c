#include "metering/node_meter.hpp"

#include <limits>
#include <set>
#include <string>
#include <utility>

namespace fedmeta::metering {
namespace {

/// Collective over the node; what ranks that do not read get is empty.
Counters counters_of(const comm::Communicator& node, const std::string& gpu_place,
                     const std::filesystem::path& sysfs) {
  const auto all = node.all_gather(gpu_place);
  if (!node.root()) return {};
  auto counters = node_counters(sysfs);
  std::set<std::string> places(all.begin(), all.end());
  places.erase("");
  if (places.empty() || source(counters) == "pm_counters") return counters;
  auto gpus = gpu_counters(places);
  if (gpus.empty()) return {};  // the processors' would be taken for all
  for (auto& gpu : gpus) counters.push_back(std::move(gpu));
  return counters;
}

}  // namespace

NodeMeter::NodeMeter(const comm::Communicator& world, const std::string& gpu_place,
                     const std::filesystem::path& sysfs, double shortest_window)
    : world_(world),
      reads_(world.node().root()),
      meter_(counters_of(world.node(), gpu_place, sysfs), std::chrono::seconds(5), shortest_window) {}

PhaseCost NodeMeter::end() {
  auto cost = meter_.end();
  const auto sources = world_.all_gather(cost.source);
  const auto reads = world_.all_gather(static_cast<std::uint8_t>(reads_));
  const auto joules = world_.all_gather(cost.joules);
  cost.joules = {};
  cost.source = sources.front();  // rank 0 reads: it is the first of its node
  for (std::size_t rank = 0; rank < joules.size(); ++rank) {
    if (reads[rank] == 0) continue;
    if (sources[rank] != cost.source) cost.source.clear();
    for (std::size_t p = 0; p < cost::phases; ++p) cost.joules[p] += joules[rank][p];
  }
  if (!cost.has_energy()) cost.joules.fill(std::numeric_limits<double>::quiet_NaN());
  return cost;
}

}  // namespace fedmeta::metering

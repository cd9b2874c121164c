#include "federate/group_size.hpp"

#include <algorithm>
#include <string>

#include "base/warning.hpp"
#include "data/resident/resident_clients.hpp"
#include "device/cuda.hpp"

namespace fedmeta::federate {
namespace {

/// Called while the error of `clients` at once is handled; throws it where nothing is left to try.
void use_smaller_groups(const Federation& federation, std::int64_t clients) {
  if (clients == 1) throw;
  federation.most_at_a_time = clients / 2;
  device::free_kept_memory(federation.device);
  report_warning("fedmeta_bench",
                 "the device has no memory for " + std::to_string(clients) + " clients at once",
                 "rank " + std::to_string(federation.world.rank()),
                 "the run goes on with " + std::to_string(clients / 2) +
                     " at once; fewer ranks for each GPU leave more memory");
}

}  // namespace

std::int64_t most_kept_steps(const algorithms::Algorithm& algorithm, const hosting::Catalogue& catalogue,
                             const std::vector<std::int32_t>& clients) {
  std::int64_t most = 0;
  for (const auto client : clients) most = std::max(most, algorithm.kept_steps(catalogue[client].support));
  return most;
}

std::int64_t vector_bytes(const model::Network& network, std::int64_t kept_steps) {
  // Where the client is, its gradient, a product and a direction, an optimiser's two, what it sends, which
  // may be twice as long; and at each step kept, where it was and what its pass left.
  const auto vectors = 8 + 2 * kept_steps;
  return vectors * static_cast<std::int64_t>(sizeof(float)) * network.layout().size();
}

std::int64_t clients_at_a_time(const Federation& federation, const RunPlan& plan, std::int64_t kept_steps) {
  if (plan.reproducible) return 1;
  const auto most =
      std::max<std::int64_t>(1, federation.group_bytes / vector_bytes(federation.network, kept_steps));
  return std::min(most, federation.engine.group_limit());
}

void in_groups(const Federation& federation, std::int64_t count, std::int64_t limit,
               const std::function<bool(std::int64_t begin, std::int64_t end)>& compute) {
  for (std::int64_t begin = 0; begin < count;) {
    const auto size = std::min({limit, federation.most_at_a_time, count - begin});
    try {
      if (!compute(begin, begin + size)) return;
      begin += size;
    } catch (const data::NoDeviceMemory&) {
      use_smaller_groups(federation, size);
    } catch (const c10::Error& error) {
      if (!device::is_out_of_memory(error)) throw;
      use_smaller_groups(federation, size);
    }
  }
}

}  // namespace fedmeta::federate

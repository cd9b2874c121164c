#include "federate/group_size.hpp"

#include <algorithm>

namespace fedmeta::federate {

std::int64_t clients_at_a_time(const Federation& federation, const RunPlan& plan, std::int64_t kept_steps) {
  if (plan.reproducible) return 1;
  // Vectors as long as theta: where the client is, its gradient, a product and a direction, an optimiser's
  // two, what it sends, which may be twice as long; and at each step kept, where it was and what its pass
  // left.
  const auto vectors = 8 + 2 * kept_steps;
  const auto bytes = vectors * static_cast<std::int64_t>(sizeof(float)) * federation.network.layout().size();
  const auto most = std::max<std::int64_t>(1, federation.group_bytes / bytes);
  return std::min(most, federation.engine.group_limit());
}

}  // namespace fedmeta::federate

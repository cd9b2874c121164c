#include "data/divide/user_sampling.hpp"

#include <algorithm>
#include <numeric>

#include "base/error.hpp"
#include "base/random.hpp"

namespace fedmeta::data {

std::vector<std::int64_t> sample_users(std::span<const std::string> ids,
                                       std::span<const std::int64_t> samples, double share,
                                       std::uint64_t seed) {
  if (!(share > 0 && share <= 1))
    throw Error(Status::usage, "impossible share of the samples", "--sample-share " + std::to_string(share),
                "use more than 0 and at most 1");
  const auto lot = [&](std::size_t i) { return Random(seed, "sample-share", {hash(ids[i])}).bits(); };
  std::vector<std::size_t> order(ids.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return lot(a) < lot(b); });
  const auto all = std::accumulate(samples.begin(), samples.end(), std::int64_t{0});
  auto lacking = static_cast<std::int64_t>(share * static_cast<double>(all));
  std::vector<std::int64_t> kept(ids.size(), 0);
  for (const auto i : order) {
    kept[i] = std::min(samples[i], lacking);
    lacking -= kept[i];
  }
  return kept;
}

}  // namespace fedmeta::data

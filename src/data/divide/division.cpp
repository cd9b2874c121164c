#include "data/divide/division.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "base/error.hpp"
#include "base/random.hpp"

namespace fedmeta::data {
namespace {

/// Returns floor(p n), but less than n. The small term compensates for rounding: 0.2 * 15 or 0.9 * 10 may
/// come out slightly below the whole number.
std::int64_t whole_share(double fraction, std::int64_t n) {
  return std::min(static_cast<std::int64_t>(std::floor(fraction * static_cast<double>(n) + 1e-9)), n - 1);
}

struct ClassShare {
  std::int32_t label;
  std::int64_t taken;
  std::int64_t remainder;  ///< of p n_c in units of 1e-9, so that rounding does not break ties
};

/// Returns the number of each class's samples in the support set: floor(p n_c), and one more for the classes
/// with the largest remainders (Hamilton's method), until there are `support`. Ties go to the class that
/// comes first in `shuffled`.
std::map<std::int32_t, std::int64_t> class_quotas(std::span<const std::int32_t> shuffled,
                                                  std::span<const std::int32_t> labels, double fraction,
                                                  std::int64_t support) {
  std::map<std::int32_t, std::int64_t> counts;
  for (std::int32_t i : shuffled) ++counts[labels[i]];

  std::vector<ClassShare> shares;
  std::map<std::int32_t, std::int64_t> quotas;
  for (std::int32_t i : shuffled) {
    const std::int32_t label = labels[i];
    if (quotas.contains(label)) continue;
    const std::int64_t taken = whole_share(fraction, counts[label]);
    quotas[label] = taken;
    const double exact = fraction * static_cast<double>(counts[label]);
    shares.push_back({label, taken, std::llround(1e9 * (exact - static_cast<double>(taken)))});
    support -= taken;
  }
  std::stable_sort(shares.begin(), shares.end(),
                   [](const ClassShare& a, const ClassShare& b) { return a.remainder > b.remainder; });
  for (std::int64_t k = 0; k < support; ++k) ++quotas[shares[k].label];
  return quotas;
}

/// Moves each class's quota to the front and keeps the order otherwise.
std::vector<std::int32_t> stratified(const std::vector<std::int32_t>& shuffled,
                                     std::span<const std::int32_t> labels,
                                     std::map<std::int32_t, std::int64_t> quotas) {
  std::vector<std::int32_t> support, query;
  for (std::int32_t i : shuffled) (quotas[labels[i]]-- > 0 ? support : query).push_back(i);
  support.insert(support.end(), query.begin(), query.end());
  return support;
}

bool within(std::int64_t samples, const Filters& filters) {
  return samples >= filters.min_samples && (filters.max_samples == 0 || samples <= filters.max_samples);
}

/// Returns floor(share n), with rounding compensated as in whole_share.
std::size_t clients_of(double share, std::size_t clients) {
  return static_cast<std::size_t>(std::floor(share * static_cast<double>(clients) + 1e-9));
}

[[noreturn]] void fail_no_client(std::span<const std::int64_t> samples, const Filters& filters) {
  const auto [least, most] = std::minmax_element(samples.begin(), samples.end());
  std::string where = "--min-samples " + std::to_string(filters.min_samples);
  if (filters.max_samples > 0) where += ", --max-samples " + std::to_string(filters.max_samples);
  where += samples.empty() ? "; the data set has no clients"
                           : "; the " + std::to_string(samples.size()) + " clients have " +
                                 std::to_string(*least) + " to " + std::to_string(*most) + " samples";
  throw Error(Status::input, "no client is left after the filters", where,
              "relax the filters or give other data");
}

}  // namespace

std::vector<std::size_t> filter_clients(std::span<const std::string> ids,
                                        std::span<const std::int64_t> samples, const Filters& filters,
                                        std::uint64_t seed) {
  std::vector<std::size_t> kept;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (within(samples[i], filters)) kept.push_back(i);
  }
  if (kept.empty()) fail_no_client(samples, filters);

  if (filters.max_clients > 0 && kept.size() > static_cast<std::size_t>(filters.max_clients)) {
    const auto lot = [&](std::size_t i) { return Random(seed, "max-clients", {hash(ids[i])}).bits(); };
    std::sort(kept.begin(), kept.end(), [&](std::size_t a, std::size_t b) { return lot(a) < lot(b); });
    kept.resize(filters.max_clients);
    std::sort(kept.begin(), kept.end());
  }
  return kept;
}

Dropped count_dropped(std::span<const std::int64_t> samples, const Filters& filters) {
  Dropped dropped;
  std::int64_t kept = 0;
  for (const auto n : samples) {
    if (n < filters.min_samples)
      ++dropped.min_samples;
    else if (within(n, filters))
      ++kept;
    else
      ++dropped.max_samples;
  }
  if (filters.max_clients > 0) dropped.max_clients = std::max<std::int64_t>(0, kept - filters.max_clients);
  return dropped;
}

std::vector<Role> split_clients(std::size_t clients, std::uint64_t seed, const Roles& shares) {
  if (!(shares.train > 0 && shares.validation >= 0 && shares.train + shares.validation < 1)) {
    throw Error(Status::usage, "the roles' shares must leave clients to train and to test",
                "train " + std::to_string(shares.train) + ", validation " + std::to_string(shares.validation),
                "give shares above 0 whose sum is below 1");
  }
  const std::size_t train = clients_of(shares.train, clients);
  const std::size_t validation = clients_of(shares.validation, clients);
  if (train == 0 || train + validation >= clients) {
    throw Error(Status::input, "too few clients to have both training and test clients",
                std::to_string(clients) + (clients == 1 ? " client" : " clients"),
                "give data of more clients, or relax --min-samples, --max-samples and --max-clients");
  }
  std::vector<std::size_t> order(clients);
  std::iota(order.begin(), order.end(), 0);
  Random random(seed, "roles");
  if (!shares.sorted) shuffle(order, random);

  std::vector<Role> roles(clients, Role::test);
  for (std::size_t i = 0; i < train; ++i) roles[order[i]] = Role::train;
  for (std::size_t i = train; i < train + validation; ++i) roles[order[i]] = Role::validation;
  return roles;
}

DividedSize divided_size(std::string_view id, std::int64_t samples, double support_fraction,
                         Division division, std::int64_t gap, std::span<const std::int32_t> places) {
  if (samples < 2) {
    throw Error(Status::input, "a client needs two samples, one to adapt to and one to test on",
                "user " + std::string(id) + ": " + std::to_string(samples) + " samples",
                "drop such clients with --min-samples 2");
  }
  if (!(support_fraction > 0 && support_fraction < 1)) {
    throw Error(Status::usage, "the support fraction must lie between 0 and 1",
                "--support-fraction " + std::to_string(support_fraction), "give a value such as 0.2");
  }
  const auto share = [&](double fraction) {
    return std::max<std::int64_t>(whole_share(fraction, samples), 1);
  };
  const auto support = share(support_fraction);
  if (division == Division::chronological) {
    const auto place = [&](std::int64_t i) { return places.empty() ? i : std::int64_t{places[i]}; };
    std::int64_t query = support;
    while (query < samples - 1 && place(query) - place(support - 1) <= gap) ++query;
    return {samples - (query - support), support};
  }
  if (division != Division::recent) return {samples, support};
  constexpr double before_query = 0.8;
  if (support_fraction > before_query)
    throw Error(Status::usage, "the last fifth of the samples is the query set, which leaves .8 for support",
                "--support-fraction " + std::to_string(support_fraction) + ", --division recent",
                "give at most 0.8");
  return {samples - (share(before_query) - support), support};
}

DividedClient divide_client(std::string_view id, std::span<const std::int32_t> labels,
                            double support_fraction, Division division, std::uint64_t seed, std::int64_t gap,
                            std::span<const std::int32_t> places) {
  const auto size = divided_size(id, std::ssize(labels), support_fraction, division, gap, places);
  DividedClient divided{std::vector<std::int32_t>(labels.size()), static_cast<std::int32_t>(size.support)};
  auto& order = divided.order;
  std::iota(order.begin(), order.end(), 0);
  const auto left_out = std::ssize(labels) - size.samples;
  if (division == Division::recent) order.erase(order.begin(), order.begin() + left_out);
  if (division == Division::chronological)
    order.erase(order.begin() + size.support, order.begin() + size.support + left_out);
  if (division == Division::recent || division == Division::chronological) return divided;

  Random random(seed, "division", {hash(id)});
  shuffle(order, random);
  if (division == Division::stratified) {
    const auto quotas = class_quotas(order, labels, support_fraction, size.support);
    order = stratified(order, labels, quotas);
  }
  return divided;
}

std::int64_t share_size(std::int64_t samples, double share) {
  const auto wanted = static_cast<std::int64_t>(share * static_cast<double>(samples) + 1e-9);
  return std::min(samples, std::max<std::int64_t>(2, wanted));
}

std::vector<std::int32_t> draw_share(std::string_view id, std::int64_t samples, double share,
                                     std::uint64_t seed) {
  std::vector<std::int32_t> places(static_cast<std::size_t>(samples));
  std::iota(places.begin(), places.end(), 0);
  const auto kept = share_size(samples, share);
  if (kept == samples) return places;
  Random random(seed, "scale", {hash(id)});
  shuffle(places, random);
  places.resize(static_cast<std::size_t>(kept));
  std::sort(places.begin(), places.end());
  return places;
}

}  // namespace fedmeta::data

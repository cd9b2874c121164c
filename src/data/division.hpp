// Who trains, who tests, and how each client's samples fall into support and query set.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fedmeta::data {

enum class Role : std::uint8_t { train = 0, validation = 1, test = 2 };

enum class Division { random, stratified, chronological, recent };

/// Bounds on a client's number of samples and on the number of clients; 0 = no bound.
struct Filters {
  std::int64_t min_samples = 0;
  std::int64_t max_samples = 0;
  std::int64_t max_clients = 0;
};

/// How many clients each bound leaves out: those of too few samples, those of too many, those without luck.
struct Dropped {
  std::int64_t min_samples = 0;
  std::int64_t max_samples = 0;
  std::int64_t max_clients = 0;
};

/// One client's samples in the order support set, query set: indices in file order. Samples may be left out.
struct DividedClient {
  std::vector<std::int32_t> order;
  std::int32_t support = 0;  ///< the first `support` of `order`; 1 <= support < samples
};

/// Indices of the clients that remain. With max_clients, a random choice that depends on (seed, id) only.
/// `ids` sorted, `samples` parallel to it. Throws Error(input) where no client remains.
std::vector<std::size_t> filter_clients(std::span<const std::string> ids,
                                        std::span<const std::int64_t> samples, const Filters& filters,
                                        std::uint64_t seed);

/// What filter_clients leaves out of clients with so many samples.
Dropped count_dropped(std::span<const std::int64_t> samples, const Filters& filters);

/// How the clients share the roles. The default is LEAF's split by user (Chen et al. 2018, section 4.1:
/// docs/protocols.md 2.7).
struct Roles {
  double train = 0.8, validation = 0.1;  ///< shares of the clients; the rest are test clients
  bool sorted = false;                   ///< by id, the first ones train (Jiang et al. 2019), not by lot
};

/// floor(train n) train, floor(validation n) validation, the rest test. `clients` of them, in sorted order of
/// ids. Throws Error(usage) for impossible shares, Error(input) where a role that training needs (train,
/// test) would be empty.
std::vector<Role> split_clients(std::size_t clients, std::uint64_t seed, const Roles& shares = {});

/// How many samples divide_client keeps of so many, and how many of them are the support set: neither depends
/// on which they are. Throws as it does.
struct DividedSize {
  std::int64_t samples = 0, support = 0;
};
DividedSize divided_size(std::string_view id, std::int64_t samples, double support_fraction,
                         Division division, std::int64_t gap = 0, std::span<const std::int32_t> places = {});

/// Support = clamp(floor(p n), 1, n - 1) samples. Random numbers from (seed, id) alone, so that a client is
/// divided alike whatever other clients there are. `stratified` keeps each class's share as near p as whole
/// samples allow; `chronological` takes the first ones in file order and leaves out the `gap` samples after
/// them, or as many as leave one to test on; where `places` are given, samples have those places in file
/// order, and the gap counts places. Throws Error(input) for n < 2. `recent` is the production task's
/// (docs/protocols.md 5.1 and A28): the query set is the last n - floor(.8 n) samples in file order, the
/// support set the floor(p n) before it, at least 1, and what is older is left out of `order`. Both are in
/// file order. Throws Error(usage) for p > .8.
DividedClient divide_client(std::string_view id, std::span<const std::int32_t> labels,
                            double support_fraction, Division division, std::uint64_t seed,
                            std::int64_t gap = 0, std::span<const std::int32_t> places = {});

/// A share of `samples` samples by lot, at least two of them where there are: their places, ascending.
/// Depends on (seed, id) alone. 0 < share <= 1.
std::vector<std::int32_t> draw_share(std::string_view id, std::int64_t samples, double share,
                                     std::uint64_t seed);
/// How many those are.
std::int64_t share_size(std::int64_t samples, double share);

}  // namespace fedmeta::data

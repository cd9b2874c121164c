// Divides clients into training, validation and test clients, and each client's samples into support and
// query set.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fedmeta::data {

enum class Role : std::uint8_t { train = 0, validation = 1, test = 2 };

enum class Division { random, stratified, chronological, recent };

/// Bounds on a client's number of samples and on the number of clients. 0 means no bound.
struct Filters {
  std::int64_t min_samples = 0;
  std::int64_t max_samples = 0;
  std::int64_t max_clients = 0;
};

/// Numbers of clients left out by each bound: too few samples, too many samples, not drawn.
struct Dropped {
  std::int64_t min_samples = 0;
  std::int64_t max_samples = 0;
  std::int64_t max_clients = 0;
};

/// A client's samples as indices in file order: first the support set, then the query set. Samples may be
/// left out.
struct DividedClient {
  std::vector<std::int32_t> order;
  std::int32_t support = 0;  ///< the first `support` of `order`; 1 <= support < samples
};

/// Returns the indices of the clients that remain. The random choice of max_clients depends on (seed, id)
/// only. `ids` must be sorted, and `samples` parallel to it. Throws Error(input) if no client remains.
std::vector<std::size_t> filter_clients(std::span<const std::string> ids,
                                        std::span<const std::int64_t> samples, const Filters& filters,
                                        std::uint64_t seed);

/// Counts the clients that filter_clients leaves out, given their numbers of samples.
Dropped count_dropped(std::span<const std::int64_t> samples, const Filters& filters);

/// The shares of the roles. The default is LEAF's split by user (Chen et al. 2018, section 4.1:
/// docs/protocols.md 2.7).
struct Roles {
  double train = 0.8, validation = 0.1;  ///< shares of the clients; the rest are test clients
  bool sorted = false;  ///< the first clients by id train (Jiang et al. 2019), not random ones
};

/// Returns the roles of n = `clients` clients, in sorted order of ids: floor(train n) training clients,
/// floor(validation n) validation clients, and the rest test clients. Throws Error(usage) for impossible
/// shares, Error(input) if there would be no training or no test client.
std::vector<Role> split_clients(std::size_t clients, std::uint64_t seed, const Roles& shares = {});

/// The number of samples that divide_client keeps, and how many of them form the support set. Neither depends
/// on the samples themselves. divided_size throws like divide_client.
struct DividedSize {
  std::int64_t samples = 0, support = 0;
};
DividedSize divided_size(std::string_view id, std::int64_t samples, double support_fraction,
                         Division division, std::int64_t gap = 0, std::span<const std::int32_t> places = {});

/// Divides a client. The support set has clamp(floor(p n), 1, n - 1) samples. Random numbers depend on (seed,
/// id) alone, so that the division of a client does not depend on other clients.
///
/// - `stratified` keeps each class's share as close to p as whole samples allow.
/// - `chronological` takes the first samples in file order and leaves out the `gap` samples after them, but
///   keeps at least one query sample. If `places` are given, samples have these places in file order, and the
///   gap counts places.
/// - `recent` is the production task's division (docs/protocols.md 5.1 and A28): the query set is the last
///   n - floor(.8 n) samples in file order, the support set the floor(p n) samples before it, at least 1.
///   `order` leaves out older samples. Both sets are in file order. Throws Error(usage) for p > .8.
///
/// Throws Error(input) for n < 2.
DividedClient divide_client(std::string_view id, std::span<const std::int32_t> labels,
                            double support_fraction, Division division, std::uint64_t seed,
                            std::int64_t gap = 0, std::span<const std::int32_t> places = {});

/// Draws a share (0 < share <= 1) of `samples` samples at random, at least two if there are two. Returns
/// their places in ascending order, which depend on (seed, id) alone.
std::vector<std::int32_t> draw_share(std::string_view id, std::int64_t samples, double share,
                                     std::uint64_t seed);
/// Returns the number of samples that draw_share draws.
std::int64_t share_size(std::int64_t samples, double share);

}  // namespace fedmeta::data

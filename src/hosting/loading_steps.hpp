// The steps of load() that load_sizes() takes, too.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "hosting/loading.hpp"

namespace fedmeta::hosting {

using Hosted = std::map<std::string, data::Client>;  // by id

/// Collective. What is long to read, such as GloVe's 1 GB of text, is read by the first rank of each node.
/// Once its vectors lie in shared memory, it too does with the survey alone.
std::unique_ptr<const data::Dataset> open_dataset(const comm::Communicator& world,
                                                  const comm::Communicator& node, const DataPlan& plan,
                                                  NodeVectors& vectors);
/// Collective.
std::vector<int> nodes_of_ranks(const comm::Communicator& world, const comm::Communicator& node);

int home_of(const std::string& id, int ranks);

/// Where a client's samples stood in file order.
using Places = std::map<std::string, std::vector<std::int32_t>>;

/// Keeps a share of each client's samples, at least two: enough to divide. Empty where that is all of them.
Places draw_samples(Hosted& hosted, double share, std::uint64_t seed);

/// The clients that the filters leave of `all`, which are sorted by id, with their roles. Notes in `reading`
/// what they leave out.
std::vector<CatalogueClient> filtered(std::vector<CatalogueClient> all, const DataPlan& plan,
                                      data::Reading& reading);

/// The support set's share of a client with this role.
double support_share(const DataPlan& plan, data::Role role);
/// Samples that a division leaves out between support and query set.
std::int64_t gap_of(const DataPlan& plan, const data::Dataset& dataset);
/// Puts this rank's clients into catalogue and division order, and notes the sizes it knows. Returns how many
/// of its query samples equal a support sample of their client.
std::int64_t divide(const comm::Communicator& world, const DataPlan& plan, std::int64_t gap,
                    const Places& places, Hosted& hosted, Loaded& loaded);

/// Collective: the symbols that any rank has.
std::set<std::uint8_t> of_all_ranks(const comm::Communicator& world, const std::set<std::uint8_t>& symbols);

}  // namespace fedmeta::hosting

// The steps that load() and load_sizes() share.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "hosting/loading.hpp"

namespace fedmeta::hosting {

using Hosted = std::map<std::string, data::Client>;  // by id

/// Collective. Only the first rank of each node reads what takes long to read, such as GloVe's 1 GB of text.
/// Once its vectors are in shared memory, that rank, too, keeps only the survey.
std::unique_ptr<const data::Dataset> open_dataset(const comm::Communicator& world,
                                                  const comm::Communicator& node, const DataPlan& plan,
                                                  NodeVectors& vectors);
/// Collective. Returns the node of each rank, identified by its lowest world rank.
std::vector<int> nodes_of_ranks(const comm::Communicator& world, const comm::Communicator& node);

int home_of(const std::string& id, int ranks);

/// Places of the kept samples of each client in file order, by client id.
using Places = std::map<std::string, std::vector<std::int32_t>>;

/// Keeps a share of each client's samples, but at least two, as a division needs. Returns nothing if it keeps
/// all.
Places draw_samples(Hosted& hosted, double share, std::uint64_t seed);

/// Returns the clients of `all`, sorted by id, that pass the filters, with their roles. Notes in `reading`
/// what the filters drop.
std::vector<CatalogueClient> filtered(std::vector<CatalogueClient> all, const DataPlan& plan,
                                      data::Reading& reading);

/// Returns the support set's share of a client with this role.
double support_share(const DataPlan& plan, data::Role role);
/// Returns the number of samples that a division leaves out between support and query set.
std::int64_t gap_of(const DataPlan& plan, const data::Dataset& dataset);
/// Puts this rank's clients into catalogue and division order, and notes their sizes. Returns how many of its
/// query samples equal a support sample of the same client.
std::int64_t divide(const comm::Communicator& world, const DataPlan& plan, std::int64_t gap,
                    const Places& places, Hosted& hosted, Loaded& loaded);

/// Collective. Returns the union of all ranks' symbols.
std::set<std::uint8_t> of_all_ranks(const comm::Communicator& world, const std::set<std::uint8_t>& symbols);

}  // namespace fedmeta::hosting

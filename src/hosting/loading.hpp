// From files, or from the generator, to the catalogue and each rank's clients.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "comm/communicator.hpp"
#include "data/dataset.hpp"
#include "hosting/catalogue.hpp"
#include "hosting/node_vectors.hpp"

namespace fedmeta::hosting {

struct DataPlan {
  std::filesystem::path path;  ///< as --data; empty: generate
  data::DatasetPlan dataset;   ///< its seed also draws roles and divisions
  data::Filters filters;
  data::Roles roles;
  double support_fraction = 0.2;
  data::Division division = data::Division::random;
  double sample_share = 1;     ///< of each client, such a share of its samples is drawn (--scale)
  bool allow_partial = false;  ///< go on where files that look like data are passed over
};

/// What loading leaves on a rank.
struct Loaded {
  Catalogue catalogue;
  NodeVectors vectors;
  std::vector<data::Client> hosted;  ///< this rank's clients, in catalogue and division order
  std::vector<std::vector<std::int32_t>>
      orders;  ///< parallel: the division of each, as indices in file order
};

/// Collective, and so is the end of what it returns. The host of a client follows from its id alone. Of a
/// data file each rank reads the clients that it hosts; each other file is read by one rank, which sends its
/// clients to their hosts. Throws AgreedError.
Loaded load(const comm::Communicator& world, const DataPlan& plan);

/// Orders of all clients, joined in catalogue order; at the root only. Collective.
std::vector<std::int32_t> gather_orders(const comm::Communicator& world, const Loaded& loaded);

}  // namespace fedmeta::hosting

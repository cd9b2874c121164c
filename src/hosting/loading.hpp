// Loads files, or generates data, and makes the catalogue and each rank's clients from them.
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
  std::filesystem::path path;  ///< as given to --data; empty: generate
  data::DatasetPlan dataset;   ///< its seed also draws roles and divisions
  data::Filters filters;
  data::Roles roles;
  double support_fraction = 0.2;
  data::Division division = data::Division::random;
  double sample_share = 1;     ///< share of each client's samples that is drawn (--scale)
  bool allow_partial = false;  ///< go on if files that look like data are passed over
};

/// The result of loading on a rank.
struct Loaded {
  Catalogue catalogue;
  NodeVectors vectors;
  std::vector<data::Client> hosted;  ///< this rank's clients, in catalogue and division order
  std::vector<std::vector<std::int32_t>>
      orders;  ///< parallel to `hosted`: each client's division, as indices in file order
};

/// Collective, and so is the destruction of the result. A client's host is determined by its id alone. Each
/// rank reads the clients that it hosts from a data file; each file of another format is read by one rank,
/// which sends the clients to their hosts. Throws AgreedError.
Loaded load(const comm::Communicator& world, const DataPlan& plan);

/// Collective. Returns the orders of all clients, joined in catalogue order; at the root only.
std::vector<std::int32_t> gather_orders(const comm::Communicator& world, const Loaded& loaded);

}  // namespace fedmeta::hosting

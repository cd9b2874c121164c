// What a plan needs of the data: how large each client is, and a few clients to try.
#pragma once

#include <vector>

#include "hosting/loading.hpp"

namespace fedmeta::hosting {

struct Sizes {
  Catalogue catalogue;  ///< as load() makes it
  NodeVectors vectors;
  /// Each rank's first training client, where it has one, and of those this rank's own.
  Catalogue trial;
  std::vector<data::Client> hosted;
};

/// Collective. Of generated data, samples are drawn for the clients to try alone, and only the sizes of the
/// others: a million clients take 400 MB. Files are read as load() does. Throws AgreedError.
Sizes load_sizes(const comm::Communicator& world, const DataPlan& plan);

}  // namespace fedmeta::hosting

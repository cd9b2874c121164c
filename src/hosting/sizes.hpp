// The data that a plan needs: the size of every client, and a few clients to try.
#pragma once

#include <vector>

#include "hosting/loading.hpp"

namespace fedmeta::hosting {

struct Sizes {
  Catalogue catalogue;  ///< as load() makes it
  NodeVectors vectors;
  /// Each rank's first training client, if it has one; `hosted` holds only this rank's.
  Catalogue trial;
  std::vector<data::Client> hosted;
};

/// Collective. Of generated data, draws samples only for the clients to try, and only sizes for the others: a
/// million clients take 400 MB. Reads files as load() does. Throws AgreedError.
Sizes load_sizes(const comm::Communicator& world, const DataPlan& plan);

}  // namespace fedmeta::hosting

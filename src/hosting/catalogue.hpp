// All clients of a run, as every rank knows them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/client.hpp"
#include "data/divide/division.hpp"
#include "data/reading.hpp"

namespace fedmeta::hosting {

struct CatalogueClient {
  std::string id;
  data::Role role = data::Role::train;
  std::int32_t samples = 0;
  std::int32_t support = 0;
  int home = 0;  ///< the rank that hosts its samples
  data::Storage storage = data::Storage::bytes;
  std::int64_t text = 0;     ///< length, if windows are stored
  std::int32_t classes = 0;  ///< different labels of its samples; 0 where these were not made (--dry-run)
};

struct Catalogue {
  data::SampleForm form;
  std::string source;                    ///< leaf or generated
  std::vector<CatalogueClient> clients;  ///< sorted by id
  std::vector<int> node_of_rank;         ///< [world]
  data::Reading reading;                 ///< of all ranks

  const CatalogueClient& operator[](std::int32_t client) const {
    return clients[static_cast<std::size_t>(client)];
  }
  std::vector<std::int32_t> with_role(data::Role role) const {
    std::vector<std::int32_t> chosen;
    for (std::size_t i = 0; i < clients.size(); ++i)
      if (clients[i].role == role) chosen.push_back(static_cast<std::int32_t>(i));
    return chosen;
  }
};

}  // namespace fedmeta::hosting

// Writes clients as a LEAF folder, like LEAF's own scripts after a split by sample.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include "data/client.hpp"
#include "data/leaf/leaf_text.hpp"

namespace fedmeta::data {

/// Writes `clients` clients, which `make(index)` makes one by one, as FOLDER/train/all_data_N_train_9.json
/// and FOLDER/test/all_data_N_test_9.json with 100 clients per file. Of n samples max(1, floor(.9 n)), drawn
/// by (seed, id), go to train; both parts keep the file order. The folder appears when it is complete. Throws
/// Error(usage) if FOLDER exists and is not empty, unless `force` is set and it contains only train/ and
/// test/; Error(own_file) if it cannot be written.
void write_leaf_folder(const std::filesystem::path& folder, std::int64_t clients,
                       const std::function<Client(std::int64_t)>& make, const LeafText& text,
                       std::uint64_t seed, bool force);

}  // namespace fedmeta::data

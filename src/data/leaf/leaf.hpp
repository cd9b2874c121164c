// LEAF's JSON files: {"users": [...], "num_samples": [...], "user_data": {user: {"x": [...], "y": [...]}}}.
// Caldas et al. 2018; docs/data.md describes the format.
#pragma once

#include <filesystem>
#include <vector>

#include "data/client.hpp"

namespace fedmeta::data {

class LeafContent;

/// Reads one file. Returns its users in file order, with the samples that this file has. Keys may have any
/// order, and `num_samples` is ignored. Throws Error(input), which names file, user and index, for anything
/// that does not belong to this data set.
std::vector<Client> read_leaf_file(const std::filesystem::path& file, const std::string& dataset,
                                   LeafContent& content);

/// Reads one file of images. Pixels are stored as bytes if every value of the file is k/255, else as floats.
std::vector<Client> read_leaf_file(const std::filesystem::path& file, const SampleForm& form);

}  // namespace fedmeta::data

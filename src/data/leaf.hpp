// LEAF's JSON files: {"users": [...], "num_samples": [...], "user_data": {user: {"x": [...], "y": [...]}}}.
// Caldas et al. 2018; format notes in docs/data.md.
#pragma once

#include <filesystem>
#include <vector>

#include "data/client.hpp"

namespace fedmeta::data {

class LeafContent;

/// Reads one file: the users in file order with the samples that this file has of them. Any key order;
/// `num_samples` is not trusted. Throws Error(input) naming file, user and index for anything that is not of
/// this data set.
std::vector<Client> read_leaf_file(const std::filesystem::path& file, const std::string& dataset,
                                   LeafContent& content);

/// The same for images: pixels are bytes where every value of the file is k/255, else floats.
std::vector<Client> read_leaf_file(const std::filesystem::path& file, const SampleForm& form);

}  // namespace fedmeta::data

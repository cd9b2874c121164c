// Tells whether results files have the same clients, and whether models are the same.
#pragma once

#include <cstdint>

#include "record/results.hpp"

namespace fedmeta::record {

/// Returns a hash (XXH3) of the clients' names, roles, numbers of samples and sizes of support sets, in
/// order.
std::uint64_t fingerprint(const Data& data);

/// Returns the same of a model's layout and of its parameters after training.
std::uint64_t fingerprint(const Model& model);

}  // namespace fedmeta::record

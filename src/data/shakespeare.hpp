// Shakespeare (Caldas et al. 2018): the next character of a role's speech, by role. A sample is 80
// characters, its label the one that follows.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "data/dataset.hpp"

namespace fedmeta::data {

/// Characters of a sample.
constexpr std::size_t window_width = 80;

/// All windows of `speech`, stride 1: max(0, length - 80) samples. Bytes, and bytes as labels.
Client speech_client(std::string id, std::string_view speech);

/// Reads the raw text (gutenberg.hpp) or LEAF JSON. plan.vocabulary as in vocabulary.hpp.
/// Throws Error(usage) for an unknown vocabulary.
std::unique_ptr<Dataset> make_shakespeare(const DatasetPlan& plan);

}  // namespace fedmeta::data

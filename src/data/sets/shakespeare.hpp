// Shakespeare (Caldas et al. 2018): prediction of the next character of a role's speech, with roles as
// clients. A sample is 80 characters, its label the one that follows.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "data/client.hpp"

namespace fedmeta::data {

/// Number of characters in a sample.
constexpr std::size_t window_width = 80;

/// Returns all windows of `speech` with stride 1: max(0, length - 80) samples of bytes, whose labels are
/// bytes.
Client speech_client(std::string id, std::string_view speech);

}  // namespace fedmeta::data

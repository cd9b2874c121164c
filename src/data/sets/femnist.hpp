// FEMNIST (Caldas et al. 2018): characters by writer.
#pragma once

#include "data/client.hpp"

namespace fedmeta::data {

/// 28 x 28 grey values, background 1, ink towards 0; 0-9, A-Z, a-z.
SampleForm femnist_form();

}  // namespace fedmeta::data

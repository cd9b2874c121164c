// What layouts of tables and of figures have in common.
#pragma once

#include "report/tables/layout.hpp"
#include "report/toml_keys.hpp"

namespace fedmeta::report {

/// Takes `title`, `algorithm` and `where`, but does not look for other keys.
LayoutRow row_of(Keys& keys);

}  // namespace fedmeta::report

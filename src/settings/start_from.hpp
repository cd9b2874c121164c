// --start-from: which saved model runs start from.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "settings/settings.hpp"

namespace fedmeta::settings {

/// FILE.h5:ALGORITHM[/seedK]
struct StartFrom {
  std::string file;  ///< may have colons itself: the last one counts
  std::string algorithm;
  std::optional<std::int64_t> seed;  ///< absent: each run's own

  /// The option without the file's folder, which says nothing of the model.
  std::string text() const;
};

/// Returns nothing without the option. Throws Error(usage) where it has another form.
std::optional<StartFrom> start_from(const Settings& settings);

}  // namespace fedmeta::settings

// An experiment from settings to what its results file holds.
#pragma once

#include <string>
#include <vector>

#include "record/results.hpp"
#include "settings/settings.hpp"

namespace fedmeta::test {

/// The settings of a command line.
settings::Settings settings_of(const std::vector<std::string>& arguments);

/// Collective. Fails the test where a validity check does. The runs, at the root.
std::vector<record::Run> run(const settings::Settings& settings);

}  // namespace fedmeta::test

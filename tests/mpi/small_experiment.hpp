// An experiment from settings to what is recorded of it, without a results file.
#pragma once

#include <string>
#include <vector>

#include "app/settings.hpp"
#include "record/results.hpp"

namespace fedmeta::test {

/// The settings of a command line.
app::Settings settings_of(const std::vector<std::string>& arguments);

/// Collective. Fails the test where a validity check does. The runs, at the root.
std::vector<record::Run> run(const app::Settings& settings);

}  // namespace fedmeta::test

// A results file up to the tables and figures of a report: what the fuzzer of results files leaves out, since
// the report takes as long to compile as all else.
#pragma once

#include <string_view>

namespace fedmeta::fuzz {

/// Returns and throws as targets do.
int whole_report(std::string_view bytes);

}  // namespace fedmeta::fuzz

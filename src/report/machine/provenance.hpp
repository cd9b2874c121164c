// Where results come from: what it takes to make a file again, and to know it again.
#pragma once

#include <vector>

#include "report/output/document.hpp"
#include "report/pooling/comparison.hpp"

namespace fedmeta::report {

/// Returns a row for each file; its CSV has the command line, libraries and hosts, too.
ReportTable files_table(const std::vector<Source>& sources);

/// Returns all that a file says of how it was made, with its settings.
Details provenance(const Source& source);

}  // namespace fedmeta::report

// Writes records as the CSV log that production_log.hpp reads.
#pragma once

#include <iosfwd>
#include <span>
#include <string>

#include "data/production_features.hpp"

namespace fedmeta::data {

/// All six columns.
void write_use_header(std::ostream& out);

/// One row a record. Services are called s0000, s0001, ..., so that their names sort as their numbers. A
/// record's gap is not a column: a reader goes by the times. All context must be known.
void write_use_rows(std::ostream& out, const std::string& user, std::span<const UseRecord> records);

}  // namespace fedmeta::data

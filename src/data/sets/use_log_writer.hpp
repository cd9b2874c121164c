// Writes records as the CSV log that production_log.hpp reads.
#pragma once

#include <iosfwd>
#include <span>
#include <string>

#include "data/sets/production_features.hpp"

namespace fedmeta::data {

/// Writes the header line, with all six columns.
void write_use_header(std::ostream& out);

/// Writes one row per record. Services are named s0000, s0001, ..., so that names sort like numbers. The gap
/// of a record is not a column, since readers derive it from the times. The context must be fully known.
void write_use_rows(std::ostream& out, const std::string& user, std::span<const UseRecord> records);

}  // namespace fedmeta::data

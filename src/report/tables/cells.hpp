// Cells of numbers that may be absent.
#pragma once

#include <optional>

#include "report/output/table.hpp"
#include "report/pooling/statistics.hpp"

namespace fedmeta::report {

inline TableCell optional_number(const std::optional<double>& value) {
  return value ? TableCell(*value) : TableCell();
}

/// The mean, or nothing where there are no values.
inline TableCell mean(const Summary& summary) {
  return summary.count > 0 ? TableCell(summary.mean) : TableCell();
}

}  // namespace fedmeta::report

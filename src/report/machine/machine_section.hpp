// What the runs cost on the machine that made them: seconds, balance, scaling, energy, money.
#pragma once

#include <filesystem>
#include <variant>
#include <vector>

#include "report/figures/figures.hpp"
#include "report/machine/prices.hpp"
#include "report/output/document.hpp"
#include "report/pooling/comparison.hpp"

namespace fedmeta::report {

/// What a report's reader may give.
struct MachineWishes {
  Prices prices = {};
  std::vector<std::filesystem::path> microbenchmarks = {};  ///< JSON of fedmeta_microbench
};

/// A part of a report before its figures are drawn.
using Piece = std::variant<Heading, Paragraph, Notes, ReportTable, LongTable, Figure>;

/// Returns the section, in reading order. Throws as read_microbenchmarks().
std::vector<Piece> machine_section(const std::vector<Comparison>& comparisons,
                                   const std::vector<Source>& sources, const MachineWishes& wishes);

}  // namespace fedmeta::report

// A compact data file as a data set, for whoever loads one.
#pragma once

#include <filesystem>
#include <memory>

#include "data/dataset.hpp"

namespace fedmeta::record {

/// The data set of `plan` with its clients, and their words' vectors, from the data file `path`; encoding and
/// options such as `digits` and `invert` are the plan's. files(path) is the one file; source() is what the
/// file was made from.
/// Throws Error(input) for what is not a data file; Error(usage) where the file holds another data set than
/// plan.dataset, and for what a data file cannot serve: --glove (tokens are numbered already), `unified`.
std::unique_ptr<data::Dataset> open_data_file(const std::filesystem::path& path,
                                              const data::DatasetPlan& plan);

}  // namespace fedmeta::record

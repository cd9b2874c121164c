// A data set from whatever it is kept in, a compact data file or its own formats, for whoever loads one.
#pragma once

#include <filesystem>
#include <memory>

#include "data/dataset.hpp"

namespace fedmeta::record {

/// Where `path` is a data file: the data set of `plan` with its clients, and their words' vectors, from that;
/// encoding and options such as `digits` and `invert` are the plan's, files(path) is the one file, source()
/// is what the file was made from. Else the data set of `plan`, which reads its own formats or, where `path`
/// is empty, is generated. Throws Error(input) for a data file that is none by its content; Error(usage)
/// where it holds another data set than plan.dataset, for what a data file cannot serve: --glove (tokens are
/// numbered already), `unified`, and for an unknown data set.
std::unique_ptr<data::Dataset> open_dataset(const std::filesystem::path& path, const data::DatasetPlan& plan);

}  // namespace fedmeta::record

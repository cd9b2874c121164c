// Opens a data set from whatever stores it: a compact data file or the data set's own formats.
#pragma once

#include <filesystem>
#include <memory>

#include "data/dataset.hpp"

namespace fedmeta::record {

/// If `path` is a data file, returns the data set of `plan` with clients and word vectors from that file:
/// encoding and options such as `digits` and `invert` follow the plan, files(path) is the one file, and
/// source() is what the file was made from. Otherwise returns the data set of `plan`, which reads its own
/// formats or, if `path` is empty, is generated. Throws Error(input) if the content is not that of a data
/// file. Throws Error(usage) if the file holds another data set than plan.dataset, for an unknown data set,
/// and for what a data file cannot provide: word vectors of another file (its tokens are numbered
/// already) and `unified`.
std::unique_ptr<data::Dataset> open_dataset(const std::filesystem::path& path, const data::DatasetPlan& plan);

}  // namespace fedmeta::record

// Reads a results file, whether or not it is complete.
#pragma once

#include <filesystem>
#include <optional>

#include "record/h5.hpp"
#include "record/results.hpp"

namespace fedmeta::record {

/// Reads a whole file. A file left by a killed program (`.part`) is read as far as it was flushed; its
/// `header.status` says so. Throws Error(own_file) if `path` does not exist, is not HDF5, has another schema
/// version or is incomplete.
Results read_results(const std::filesystem::path& path);

/// Reads a file that is already open.
Results read_results(const h5::Node& file);

/// The model of one of its runs, where it was saved.
std::optional<Model> read_model(const h5::Node& file, const RunHeader& run);
/// What can be told of it without reading its parameters.
struct ModelForm {
  std::string layout;
  bool has_alpha = false;
};
std::optional<ModelForm> read_model_form(const h5::Node& file, const RunHeader& run);

}  // namespace fedmeta::record

// The compact data file: a data set's clients in a few large arrays of one HDF5 file, which loads many times
// faster than JSON. Clients are as data::Dataset::read gives them, before filters, divisions and encoding.
// The format is described in docs/data.md.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "data/client.hpp"
#include "data/dataset.hpp"

namespace fedmeta::record {

/// What a file says about itself.
struct DataFileHeader {
  std::string dataset;  ///< as --dataset
  std::string source;   ///< generated, leaf, text or csv
  data::Storage storage = data::Storage::bytes;
  std::int64_t width = 0;  ///< numbers stored for a sample
  std::int64_t clients = 0;
  std::string passed_over = {};  ///< files that were passed over when it was made, one a line
};

/// Writes header.clients clients, made one by one in turn by `make(index)`; samples of bytes become floats
/// where header.storage says so. `vectors`: the words' vectors, or null. PATH.part until it is complete.
/// Throws Error(usage) where `path` exists and `force` is not set, Error(own_file) where it cannot be
/// written.
void write_data_file(const std::filesystem::path& path, const DataFileHeader& header,
                     const std::function<data::Client(std::int64_t)>& make, const data::WordVectors* vectors,
                     bool force);

/// Whether the path is a file that says so, by its first bytes or by its ending .h5.
bool is_data_file(const std::filesystem::path& path);

/// All of these throw Error(input) for what is not a complete data file, and for ids that are given twice,
/// numbers that are not finite, and arrays that do not fit each other or the file's size.
DataFileHeader data_file_header(const std::filesystem::path& path);
/// The clients with wanted ids in the order in which they were written. Of the others, no samples are read.
std::vector<data::Client> read_data_file(const std::filesystem::path& path, const data::WantedId& wanted);
/// [0, 0] where the file has none.
data::WordVectors read_word_vectors(const std::filesystem::path& path);

}  // namespace fedmeta::record

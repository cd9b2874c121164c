// The compact data file: a data set's clients in a few large arrays of one HDF5 file, which loads many times
// faster than JSON. Clients are stored as data::Dataset::read returns them, before filters, divisions and
// encoding. docs/data.md describes the format.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "data/client.hpp"
#include "data/dataset.hpp"

namespace fedmeta::record {

/// Describes the content of a data file.
struct DataFileHeader {
  std::string dataset;  ///< a name that --dataset takes
  std::string source;   ///< generated, leaf, text or csv
  data::Storage storage = data::Storage::bytes;
  std::int64_t width = 0;  ///< numbers stored per sample
  std::int64_t clients = 0;
  std::string passed_over = {};  ///< files that were not read when it was made, one per line
};

/// Writes header.clients clients, which `make(index)` makes one by one in order. Converts bytes to floats if
/// header.storage says so. `vectors` are the word vectors, or null. The file is named PATH.part until it is
/// complete. Throws Error(usage) if `path` exists and `force` is not set, Error(own_file) if it cannot be
/// written.
void write_data_file(const std::filesystem::path& path, const DataFileHeader& header,
                     const std::function<data::Client(std::int64_t)>& make, const data::WordVectors* vectors,
                     bool force);

/// Returns whether `path` is a data file, judged by its first bytes or the ending .h5.
bool is_data_file(const std::filesystem::path& path);

/// Checks a whole data file, and throws Error(input) if it is damaged. One with a seal (record/file_seal.hpp)
/// is whole if that is right. Of others everything is read, in a child process if there may be one.
enum class MayFork { no, yes };
void check_data_file(const std::filesystem::path& path, MayFork may_fork);

/// The functions below throw Error(input) if `path` is not a complete data file, and for duplicate ids,
/// numbers that are not finite, and arrays that do not fit each other or the size of the file.
DataFileHeader data_file_header(const std::filesystem::path& path);
/// Returns the clients with wanted ids, in the order of writing. Samples of other clients are not read.
std::vector<data::Client> read_data_file(const std::filesystem::path& path, const data::WantedId& wanted);
/// Returns the word vectors, [0, 0] if the file has none.
data::WordVectors read_word_vectors(const std::filesystem::path& path);

}  // namespace fedmeta::record

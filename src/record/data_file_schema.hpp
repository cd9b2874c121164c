// Names and meanings in a compact data file, shared by its writer and its reader. Users read docs/data.md.
#pragma once

#include <array>
#include <cstdint>

#include "record/h5.hpp"

namespace fedmeta::record::data_file_schema {

using h5::Field;

inline constexpr const char* format = "fedmeta data file";
/// Since version 2, texts are of one length, and datasets have checksums. Version 1 can still be read.
inline constexpr std::int32_t version = 2;
/// Attribute that only files made without part of the data have.
inline constexpr const char* passed_over = "files_passed_over";
/// In the order of data::Storage.
inline constexpr std::array storage_names = {"bytes", "floats", "indices", "windows"};

inline constexpr Field client_id{"client_id", "1", "name of the client"};
inline constexpr Field sample_offset{"sample_offset", "1",
                                     "where a client's samples begin; the last value is the end"};
inline constexpr Field label{"label", "1", "label of each sample, as the source has it"};
inline constexpr Field bytes{"features", "1/255", "samples, row by row; a byte k stands for k/255"};
inline constexpr Field floats{"features", "1", "samples, row by row"};
inline constexpr Field indices{"features", "1",
                               "samples, row by row: numbers of tokens (rows of word_vectors) or of columns, "
                               "-1 = none"};
inline constexpr Field window_start{
    "window_start", "byte", "where in its client's text each sample begins; it is `width` bytes long"};
inline constexpr Field text{"text", "1", "the clients' texts, one after the other; a byte is a character"};
inline constexpr Field text_offset{"text_offset", "byte",
                                   "where in `text` a client's text begins; the last value is the end"};
inline constexpr Field word_vectors{
    "word_vectors", "1", "vectors of the tokens; the last two rows are zero: unknown words, and padding"};

}  // namespace fedmeta::record::data_file_schema

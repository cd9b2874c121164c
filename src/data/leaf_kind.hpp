// Which of LEAF's data sets a file is of.
#pragma once

#include <filesystem>
#include <string>

namespace fedmeta::data {

/// femnist, shakespeare, sent140 or synthetic, by the first sample of a LEAF file: 784 numbers, a string, an
/// array of strings, 60 numbers. Empty where it is none of them, or no sample can be found: a reader will say
/// what is wrong.
std::string leaf_kind(const std::filesystem::path& file);

}  // namespace fedmeta::data

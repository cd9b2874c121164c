// The program's view of a data set: clients with samples. Plain structs, no libtorch.
#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "data/features.hpp"

namespace fedmeta::data {

/// A user of the data set and all of its samples, in file order.
struct Client {
  std::string id;
  Features features;
  std::vector<std::int32_t> labels;  ///< one per sample, 0 .. classes-1
  /// Hash of each sample as it stands in the file, for a part read from one of several files. Else empty.
  std::vector<std::uint64_t> origins = {};
};

/// The size of a client, without its samples.
struct ClientSize {
  std::int64_t samples = 0;
  Storage storage = Storage::bytes;
  std::int64_t text = 0;  ///< length of the text, if windows are stored

  bool operator==(const ClientSize&) const = default;
};

ClientSize size_of(const Client& client);
std::set<std::int32_t> different_labels(const Client& client);

/// The form in which a network sees a sample.
enum class Input : std::uint8_t {
  values,      ///< numbers [width], stored as bytes or floats
  tokens,      ///< a sequence of token numbers [width], stored as indices or windows
  categories,  ///< [columns] zeros with ones at `width` stored column numbers (-1: none)
};

/// The form of every sample of a data set.
struct SampleForm {
  std::string dataset;              ///< name as in --dataset
  std::vector<std::int64_t> shape;  ///< shape of one sample as a network sees it, such as {1, 28, 28}
  std::int64_t width;               ///< numbers stored per sample
  std::int32_t classes;
  Input input = Input::values;
  /// For tokens only: the numbers 0 .. tokens-1 have a learned embedding. The number `tokens` stands for
  /// unknown tokens, whose embedding is a vector of zeros.
  std::int64_t tokens = 0;
};

/// Labels of other data of the same kind, and advice about them.
struct MoreClasses {
  std::int32_t classes = 0;
  std::string remedy = {};
};

/// Appends the samples of `more`, the same user's part in a later file. Converts bytes to floats if one of
/// the two stores floats.
void append(Client& client, Client&& more);

/// Keeps only the samples `rows`, in that order.
void select(Client& client, std::span<const std::int32_t> rows);

}  // namespace fedmeta::data

// What a data set is to the program: clients with samples. Plain structs, no libtorch.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/features.hpp"

namespace fedmeta::data {

/// One user of the data set and all of its samples, in file order.
struct Client {
  std::string id;
  Features features;
  std::vector<std::int32_t> labels;  ///< one per sample, 0 .. classes-1
  /// Of a part that was read from a file of several: a hash of each sample as the file has it. Else empty.
  std::vector<std::uint64_t> origins = {};
};

/// How large a client is, without its samples.
struct ClientSize {
  std::int64_t samples = 0;
  Storage storage = Storage::bytes;
  std::int64_t text = 0;  ///< length, where windows are stored

  bool operator==(const ClientSize&) const = default;
};

ClientSize size_of(const Client& client);

/// What a network sees of a sample.
enum class Input : std::uint8_t {
  values,      ///< numbers [width], stored as bytes or floats
  tokens,      ///< a sequence of token numbers [width], stored as indices or windows
  categories,  ///< [columns] zeros but for ones at `width` stored column numbers (-1 = none)
};

/// What every sample of a data set looks like.
struct SampleForm {
  std::string dataset;              ///< name as in --dataset
  std::vector<std::int64_t> shape;  ///< of what a network sees of one sample, such as {1, 28, 28}
  std::int64_t width;               ///< numbers stored for a sample
  std::int32_t classes;
  Input input = Input::values;
  /// Of tokens alone: numbers with a learned embedding, 0 .. tokens-1. The number `tokens` is an unknown one,
  /// a vector of zeros.
  std::int64_t tokens = 0;
};

/// Appends the samples of `more`, the same user's part in a later file. Bytes beside floats become floats.
void append(Client& client, Client&& more);

/// Keeps the samples `rows`, in that order.
void select(Client& client, std::span<const std::int32_t> rows);

}  // namespace fedmeta::data

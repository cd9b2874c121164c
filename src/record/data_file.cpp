#include "record/data_file.hpp"

#include <array>
#include <cstring>
#include <fstream>
#include <span>
#include <utility>

#include "base/error.hpp"
#include "record/data_file_schema.hpp"
#include "record/file_seal.hpp"
#include "record/h5.hpp"
#include "record/output_file.hpp"

namespace fedmeta::record {
namespace {

namespace fs = std::filesystem;
namespace layout = data_file_schema;

/// Chunk size: clients arrive one by one and are read in large parts.
constexpr hsize_t chunk_rows = 65536;

template <class T>
h5::Node growing(const h5::Node& file, const h5::Field& field, std::vector<hsize_t> row = {}) {
  row.insert(row.begin(), 0);
  return h5::create_dataset<T>(file, field, {std::move(row), true, chunk_rows});
}

template <class T>
void append_one(const h5::Node& dataset, const T& value) {
  h5::append<T>(dataset, std::span(&value, 1));
}

/// Writes the features of all clients, one after the other.
class FeatureArrays {
 public:
  FeatureArrays(const h5::Node& file, const DataFileHeader& header) : storage_(header.storage) {
    const std::vector<hsize_t> row = {static_cast<hsize_t>(header.width)};
    if (storage_ == data::Storage::bytes) values_ = growing<std::uint8_t>(file, layout::bytes, row);
    if (storage_ == data::Storage::floats) values_ = growing<float>(file, layout::floats, row);
    if (storage_ == data::Storage::indices) values_ = growing<std::int32_t>(file, layout::indices, row);
    if (storage_ != data::Storage::windows) return;
    values_ = growing<std::int32_t>(file, layout::window_start);
    text_ = growing<std::uint8_t>(file, layout::text);
    text_offset_ = growing<std::int64_t>(file, layout::text_offset);
    append_one(text_offset_, characters_);
  }

  void add(data::Client&& client) {
    if (!client.labels.empty() && storage_ == data::Storage::floats)
      client.features = data::to_floats(std::move(client.features));
    if (!client.labels.empty())
      std::visit([this](const auto& features) { append(features); }, client.features);
    if (storage_ == data::Storage::windows) append_one(text_offset_, characters_);
  }

 private:
  template <class T>
  void append(const std::vector<T>& values) {
    h5::append<T>(values_, values);
  }
  void append(const data::Windows& windows) {
    h5::append<std::int32_t>(values_, windows.start);
    h5::append<std::uint8_t>(text_, windows.text);
    characters_ += std::ssize(windows.text);
  }

  data::Storage storage_;
  h5::Node values_, text_, text_offset_;
  std::int64_t characters_ = 0;
};

void write_header(const h5::Node& file, const DataFileHeader& header) {
  h5::set_attribute<std::string>(file, "format", layout::format);
  h5::set_attribute(file, "format_version", layout::version);
  h5::set_attribute(file, "dataset", header.dataset);
  h5::set_attribute(file, "source", header.source);
  h5::set_attribute<std::string>(file, "storage", layout::storage_names.at(std::size_t(header.storage)));
  h5::set_attribute(file, "width", header.width);
  if (!header.passed_over.empty()) h5::set_attribute(file, layout::passed_over, header.passed_over);
}

void write_clients(const h5::Node& file, const DataFileHeader& header,
                   const std::function<data::Client(std::int64_t)>& make) {
  std::vector<std::string> ids;  // written when the longest is known
  const auto offset = growing<std::int64_t>(file, layout::sample_offset);
  const auto label = growing<std::int32_t>(file, layout::label);
  FeatureArrays features(file, header);
  std::int64_t samples = 0;
  append_one(offset, samples);
  for (std::int64_t i = 0; i < header.clients; ++i) {
    data::Client client = make(i);
    samples += std::ssize(client.labels);
    ids.push_back(client.id);
    append_one(offset, samples);
    h5::append<std::int32_t>(label, client.labels);
    features.add(std::move(client));
  }
  h5::Shape shape{{ids.size()}};
  shape.text_bytes = h5::longest(ids);
  h5::write<std::string>(h5::create_dataset<std::string>(file, layout::client_id, shape), ids);
}

void write_vectors(const h5::Node& file, const data::WordVectors& vectors) {
  const std::vector<hsize_t> shape = {hsize_t(vectors.words), hsize_t(vectors.width)};
  h5::write<float>(h5::create_dataset<float>(file, layout::word_vectors, {shape}), vectors.values);
}

}  // namespace

void write_data_file(const fs::path& path, const DataFileHeader& header,
                     const std::function<data::Client(std::int64_t)>& make, const data::WordVectors* vectors,
                     bool force) {
  check_output(path, force);
  try {
    h5::Node file = h5::create_file(part_of(path));
    write_header(file, header);
    write_clients(file, header, make);
    if (vectors) write_vectors(file, *vectors);
    h5::flush(file);
    h5::close_file(file);
    seal(part_of(path));
    publish(path, force);
  } catch (...) {
    std::error_code ignored;
    fs::remove(part_of(path), ignored);
    throw;
  }
}

bool is_data_file(const fs::path& path) {
  std::error_code ignored;  // the reader reports what is wrong
  if (!fs::is_regular_file(path, ignored)) return false;
  if (path.extension() == ".h5") return true;
  std::array<char, 8> first{};
  std::ifstream(path, std::ios::binary).read(first.data(), first.size());
  return std::memcmp(first.data(), "\x89HDF\r\n\x1a\n", first.size()) == 0;
}

}  // namespace fedmeta::record

#include <algorithm>
#include <iterator>
#include <span>
#include <string>
#include <utility>

#include "base/error.hpp"
#include "record/data_file.hpp"
#include "record/data_file_schema.hpp"
#include "record/h5.hpp"
#include "record/known_names.hpp"

namespace fedmeta::record {
namespace {

namespace fs = std::filesystem;
namespace schema = data_file_schema;

[[noreturn]] void fail(const std::string& what, const std::string& where) {
  throw Error(Status::input, what, where, "make the file again with fedmeta_data convert or generate");
}

/// To the reader of data, an HDF5 file that cannot be read is bad input.
template <class F>
auto as_input(F read) {
  try {
    return read();
  } catch (const Error& error) {
    throw Error(Status::input, error.what());
  }
}

data::Storage storage_named(const std::string& name, const h5::Node& file) {
  const auto found = std::find(schema::storage_names.begin(), schema::storage_names.end(), name);
  if (found == schema::storage_names.end()) fail("unknown storage `" + name + "`", file.name);
  return static_cast<data::Storage>(found - schema::storage_names.begin());
}

DataFileHeader read_header(const h5::Node& file) {
  if (!h5::has_attribute(file, "format") || h5::attribute<std::string>(file, "format") != schema::format)
    fail("the HDF5 file is not a data file", file.name);
  if (const auto found = h5::attribute<std::int32_t>(file, "format_version"); found != schema::version)
    fail("the data file has version " + std::to_string(found) + ", not " + std::to_string(schema::version),
         file.name);
  DataFileHeader header;
  header.dataset = h5::attribute<std::string>(file, "dataset");
  header.source = h5::attribute<std::string>(file, "source");
  header.storage = storage_named(h5::attribute<std::string>(file, "storage"), file);
  if (!is_known(header.dataset, dataset_names))
    fail("unknown data set `" + header.dataset + "`, not one of " + listed(dataset_names), file.name);
  if (!is_known(header.source, source_names))
    fail("unknown source `" + header.source + "`, not one of " + listed(source_names), file.name);
  header.width = h5::attribute<std::int64_t>(file, "width");
  const auto ids = h5::lengths(h5::open_dataset(file, schema::client_id.name));
  if (ids.size() != 1 || header.width < 1) fail("the data file contradicts itself", file.name);
  header.clients = static_cast<std::int64_t>(ids[0]);
  return header;
}

/// The part of a file that holds the clients [begin, end).
class Part {
 public:
  Part(const h5::Node& file, const DataFileHeader& header, std::int64_t begin, std::int64_t end)
      : file_(file), header_(header), begin_(begin), end_(end) {
    samples_ = offsets(schema::sample_offset);
    labels_ = rows<std::int32_t>(schema::label, samples_);
    if (std::any_of(labels_.begin(), labels_.end(), [](std::int32_t label) { return label < 0; }))
      fail("a label is below 0", file.name + schema::label.name);
  }

  std::vector<data::Client> clients(const std::vector<std::string>& ids) const {
    auto clients = labelled(ids);
    switch (header_.storage) {
      case data::Storage::bytes:
        fill<std::uint8_t>(clients, schema::bytes);
        break;
      case data::Storage::floats:
        fill<float>(clients, schema::floats);
        break;
      case data::Storage::indices:
        fill<std::int32_t>(clients, schema::indices);
        break;
      case data::Storage::windows:
        fill_windows(clients);
        break;
    }
    return clients;
  }

 private:
  /// end - begin + 1 places in another array, ascending.
  std::vector<std::int64_t> offsets(const h5::Field& field) const {
    auto values = h5::read_rows<std::int64_t>(file_, field.name, hsize_t(begin_), hsize_t(end_) + 1).values;
    if (values.front() < 0 || !std::is_sorted(values.begin(), values.end()))
      fail("the offsets do not ascend", file_.name + field.name);
    return values;
  }

  /// What `places` span of an array.
  template <class T>
  std::vector<T> rows(const h5::Field& field, const std::vector<std::int64_t>& places) const {
    const h5::Node dataset = h5::open_dataset(file_, field.name);
    if (const auto lengths = h5::lengths(dataset);
        lengths.empty() || places.back() > std::int64_t(lengths[0]))
      fail("the array is shorter than the offsets say", dataset.name);
    return h5::read_rows<T>(file_, field.name, hsize_t(places.front()), hsize_t(places.back())).values;
  }

  /// Of all `values`, those from one place to the next, `width` of them each.
  template <class T>
  static std::vector<T> cut(const std::vector<T>& values, const std::vector<std::int64_t>& places,
                            std::size_t client, std::int64_t width = 1) {
    const auto place = [&](std::size_t i) { return values.begin() + (places[i] - places.front()) * width; };
    return {place(client), place(client + 1)};
  }

  std::vector<data::Client> labelled(const std::vector<std::string>& ids) const {
    std::vector<data::Client> clients;
    for (std::size_t i = 0; i + 1 < samples_.size(); ++i)
      clients.push_back({ids[std::size_t(begin_) + i], {}, cut(labels_, samples_, i)});
    return clients;
  }

  template <class T>
  void fill(std::vector<data::Client>& clients, const h5::Field& field) const {
    const auto values = rows<T>(field, samples_);
    if (values.size() != labels_.size() * std::size_t(header_.width))
      fail("the samples are not " + std::to_string(header_.width) + " numbers", file_.name + field.name);
    if constexpr (std::is_same_v<T, std::int32_t>) check_tokens(values);
    for (std::size_t i = 0; i < clients.size(); ++i)
      clients[i].features = cut(values, samples_, i, header_.width);
  }

  /// Tokens are rows of the vectors that come with them.
  void check_tokens(const std::vector<std::int32_t>& tokens) const {
    if (!h5::exists(file_, schema::word_vectors.name)) return;
    const auto shape = h5::lengths(h5::open_dataset(file_, schema::word_vectors.name));
    const auto words = shape.empty() ? 0 : std::int64_t(shape[0]);
    for (const auto token : tokens)
      if (token < 0 || token >= words)
        fail("token " + std::to_string(token) + " has no vector", file_.name + schema::indices.name);
  }

  void fill_windows(std::vector<data::Client>& clients) const {
    const auto starts = rows<std::int32_t>(schema::window_start, samples_);
    const auto places = offsets(schema::text_offset);
    const auto text = rows<std::uint8_t>(schema::text, places);
    for (std::size_t i = 0; i < clients.size(); ++i) {
      data::Windows windows{cut(text, places, i), cut(starts, samples_, i)};
      for (const auto start : windows.start)
        if (start < 0 || start + header_.width > std::ssize(windows.text))
          fail("a sample lies outside its client's text", file_.name + schema::window_start.name);
      clients[i].features = std::move(windows);
    }
  }

  const h5::Node& file_;
  const DataFileHeader& header_;
  std::int64_t begin_, end_;
  std::vector<std::int64_t> samples_;
  std::vector<std::int32_t> labels_;
};

/// The runs of neighbours among the wanted clients, read one run after the other.
std::vector<data::Client> read_runs(const h5::Node& file, const data::WantedId& wanted) {
  const DataFileHeader header = read_header(file);
  const auto ids = h5::read<std::string>(file, schema::client_id.name).values;
  std::vector<data::Client> clients;
  for (auto begin = ids.begin(), end = begin; begin != ids.end(); begin = end) {
    begin = std::find_if(end, ids.end(), wanted);
    end = std::find_if_not(begin, ids.end(), wanted);
    if (begin == end) continue;
    const Part run(file, header, begin - ids.begin(), end - ids.begin());
    std::ranges::move(run.clients(ids), std::back_inserter(clients));
  }
  return clients;
}

}  // namespace

DataFileHeader data_file_header(const fs::path& path) {
  return as_input([&] { return read_header(h5::open_file(path)); });
}

std::vector<data::Client> read_data_file(const fs::path& path, const data::WantedId& wanted) {
  return as_input([&] { return read_runs(h5::open_file(path), wanted); });
}

data::WordVectors read_word_vectors(const fs::path& path) {
  return as_input([&]() -> data::WordVectors {
    const h5::Node file = h5::open_file(path);
    if (!h5::exists(file, schema::word_vectors.name)) return {};
    auto array = h5::read<float>(file, schema::word_vectors.name);
    if (array.lengths.size() != 2) fail("the word vectors are not a table", file.name);
    return {std::int64_t(array.lengths[0]), std::int64_t(array.lengths[1]), std::move(array.values)};
  });
}

}  // namespace fedmeta::record

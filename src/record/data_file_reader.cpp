#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "base/error.hpp"
#include "base/joined.hpp"
#include "data/registry.hpp"
#include "record/data_file.hpp"
#include "record/data_file_schema.hpp"
#include "record/file_seal.hpp"
#include "record/guarded_reading.hpp"
#include "record/h5.hpp"
#include "record/known_names.hpp"

namespace fedmeta::record {
namespace {

namespace fs = std::filesystem;
namespace layout = data_file_schema;

[[noreturn]] void refuse_file(const std::string& what, const std::string& where) {
  throw Error(Status::input, what, where, "make the file again with fedmeta_data convert or generate");
}

/// Turns failures of HDF5 into Error(input): here an unreadable HDF5 file is bad input.
template <class F>
auto as_input(F read) {
  try {
    return read();
  } catch (const Error& error) {
    throw Error(Status::input, error.what());
  }
}

data::Storage storage_named(const std::string& name, const h5::Node& file) {
  const auto found = std::find(layout::storage_names.begin(), layout::storage_names.end(), name);
  if (found == layout::storage_names.end()) refuse_file("unknown storage `" + name + "`", file.name);
  return static_cast<data::Storage>(found - layout::storage_names.begin());
}

h5::Node open_whole(const fs::path& path) {
  h5::Node file = h5::open_file(path);
  if (h5::has_bytes_after_end(file) && !has_seal(path))
    refuse_file("the file is damaged: its checksum is gone", file.name);
  return file;
}

DataFileHeader read_header(const h5::Node& file) {
  if (!h5::has_attribute(file, "format") || h5::attribute<std::string>(file, "format") != layout::format)
    refuse_file("the HDF5 file is not a data file", file.name);
  if (const auto found = h5::attribute<std::int32_t>(file, "format_version");
      found < 1 || found > layout::version)
    refuse_file("the data file has version " + std::to_string(found) +
                    "; this program reads versions up to " + std::to_string(layout::version),
                file.name);
  DataFileHeader header;
  header.dataset = h5::attribute<std::string>(file, "dataset");
  header.source = h5::attribute<std::string>(file, "source");
  header.storage = storage_named(h5::attribute<std::string>(file, "storage"), file);
  if (!data::find_dataset(header.dataset))
    refuse_file(
        "unknown data set `" + header.dataset + "`, not one of " + joined(data::dataset_names(), ", "),
        file.name);
  if (!is_known(header.source, source_names))
    refuse_file("unknown source `" + header.source + "`, not one of " + joined(source_names, ", "),
                file.name);
  header.width = h5::attribute<std::int64_t>(file, "width");
  if (h5::has_attribute(file, layout::passed_over))
    header.passed_over = h5::attribute<std::string>(file, layout::passed_over);
  const auto ids = h5::lengths(h5::open_dataset(file, layout::client_id.name));
  if (ids.size() != 1 || header.width < 1) refuse_file("the data file contradicts itself", file.name);
  header.clients = static_cast<std::int64_t>(ids[0]);
  return header;
}

/// An array that is opened once, however many parts of it are read.
template <class T>
class Column {
 public:
  /// `shape` has the required length of each axis, -1 for any.
  Column(const h5::Node& file, const h5::Field& field, std::vector<std::int64_t> shape)
      : dataset_(h5::open_dataset(file, field.name)) {
    const auto lengths = h5::lengths(dataset_);
    if (!h5::fits<T>(dataset_)) refuse_file("the array has values of another type", dataset_.name);
    if (lengths.size() != shape.size()) refuse_file("the array has another number of axes", dataset_.name);
    for (std::size_t axis = 0; axis < shape.size(); ++axis)
      if (shape[axis] >= 0 && lengths[axis] != hsize_t(shape[axis]))
        refuse_file("the array is " + std::to_string(lengths[axis]) + " long, and not " +
                        std::to_string(shape[axis]) + " as other parts of the file say",
                    dataset_.name);
    if (!h5::is_stored(dataset_))
      refuse_file("the array says that it has more values than the file holds", dataset_.name);
    rows_ = std::int64_t(lengths[0]);
  }

  std::int64_t rows() const { return rows_; }
  const std::string& name() const { return dataset_.name; }
  std::vector<T> read(std::int64_t begin, std::int64_t end) const {
    return h5::read_rows<T>(dataset_, hsize_t(begin), hsize_t(end)).values;
  }

 private:
  h5::Node dataset_;
  std::int64_t rows_ = 0;
};

/// Returns the offsets of the clients' parts in an array of `rows` rows, followed by the end of the last
/// part.
std::vector<std::int64_t> read_offsets(const h5::Node& file, const h5::Field& field, std::int64_t clients,
                                       std::int64_t rows) {
  const Column<std::int64_t> column(file, field, {clients + 1});
  auto offsets = column.read(0, clients + 1);
  if (offsets.front() != 0 || offsets.back() != rows || !std::is_sorted(offsets.begin(), offsets.end()))
    refuse_file("the offsets do not ascend from 0 to the array's end", column.name());
  return offsets;
}

std::vector<std::string> read_ids(const h5::Node& file) {
  const Column<std::string> column(file, layout::client_id, {-1});
  auto ids = h5::read<std::string>(file, layout::client_id.name).values;
  std::unordered_set<std::string_view> known;
  for (const auto& id : ids)
    if (!known.insert(id).second) refuse_file("two clients have the id " + id, column.name());
  return ids;
}

/// Returns the number of word vectors, 0 if the file has none.
std::int64_t count_words(const h5::Node& file) {
  if (!h5::exists(file, layout::word_vectors.name)) return 0;
  return Column<float>(file, layout::word_vectors, {-1, -1}).rows();
}

/// Splits an array's rows, of `width` values each, by the given offsets of clients.
template <class T>
std::vector<std::vector<T>> cut(const std::vector<T>& values, std::span<const std::int64_t> offsets,
                                std::int64_t width = 1) {
  std::vector<std::vector<T>> parts;
  for (std::size_t i = 0; i + 1 < offsets.size(); ++i)
    parts.emplace_back(values.begin() + (offsets[i] - offsets[0]) * width,
                       values.begin() + (offsets[i + 1] - offsets[0]) * width);
  return parts;
}

/// The clients of an open file.
class Clients {
 public:
  explicit Clients(const h5::Node& file)
      : header_(read_header(file)),
        ids_(read_ids(file)),
        labels_(file, layout::label, {-1}),
        samples_(read_offsets(file, layout::sample_offset, header_.clients, labels_.rows())),
        words_(count_words(file)) {
    const auto rows = labels_.rows(), width = header_.width;
    if (header_.storage == data::Storage::bytes) bytes_.emplace(file, layout::bytes, Shape{rows, width});
    if (header_.storage == data::Storage::floats) floats_.emplace(file, layout::floats, Shape{rows, width});
    if (header_.storage == data::Storage::indices)
      indices_.emplace(file, layout::indices, Shape{rows, width});
    if (header_.storage != data::Storage::windows) return;
    indices_.emplace(file, layout::window_start, Shape{rows});
    bytes_.emplace(file, layout::text, Shape{-1});
    text_ = read_offsets(file, layout::text_offset, header_.clients, bytes_->rows());
  }

  /// Reads the wanted clients, neighbours together.
  std::vector<data::Client> read(const data::WantedId& wanted) const {
    std::vector<data::Client> clients;
    const auto count = std::ssize(ids_);
    for (std::int64_t begin = 0, end = 0; begin < count; begin = end) {
      end = begin + 1;
      if (!wanted(ids_[std::size_t(begin)])) continue;
      while (end < count && values_between(begin, end + 1) <= most_values && wanted(ids_[std::size_t(end)]))
        ++end;
      std::ranges::move(read_run(begin, end), std::back_inserter(clients));
    }
    return clients;
  }

 private:
  using Shape = std::vector<std::int64_t>;

  /// Of neighbours: few enough to stay in the cache until they are divided.
  static constexpr std::int64_t most_values = std::int64_t{1} << 20;

  std::int64_t values_between(std::int64_t begin, std::int64_t end) const {
    return (samples_[std::size_t(end)] - samples_[std::size_t(begin)]) * header_.width;
  }

  /// Reads the clients [begin, end).
  std::vector<data::Client> read_run(std::int64_t begin, std::int64_t end) const {
    const auto samples = std::span(samples_).subspan(std::size_t(begin), std::size_t(end - begin) + 1);
    const auto labels = labels_.read(samples.front(), samples.back());
    if (std::any_of(labels.begin(), labels.end(), [](std::int32_t label) { return label < 0; }))
      refuse_file("a label is below 0", labels_.name());
    std::vector<data::Client> clients;
    for (auto& own : cut(labels, samples))
      clients.push_back({ids_[std::size_t(begin) + clients.size()], {}, std::move(own)});
    if (header_.storage == data::Storage::bytes) fill(clients, *bytes_, samples);
    if (header_.storage == data::Storage::floats) fill(clients, *floats_, samples);
    if (header_.storage == data::Storage::indices) fill(clients, *indices_, samples);
    if (header_.storage == data::Storage::windows)
      fill_windows(clients, samples,
                   std::span(text_).subspan(std::size_t(begin), std::size_t(end - begin) + 1));
    return clients;
  }

  template <class T>
  void fill(std::vector<data::Client>& clients, const Column<T>& column,
            std::span<const std::int64_t> samples) const {
    const auto values = column.read(samples.front(), samples.back());
    check_values(values, column.name());
    auto parts = cut(values, samples, header_.width);
    for (std::size_t i = 0; i < clients.size(); ++i) clients[i].features = std::move(parts[i]);
  }

  static void check_values(const std::vector<std::uint8_t>&, const std::string&) {}
  static void check_values(const std::vector<float>& values, const std::string& name) {
    if (!std::all_of(values.begin(), values.end(), [](float value) { return std::isfinite(value); }))
      refuse_file("a value is NaN or infinite", name);
  }
  /// Checks that tokens are rows of the word vectors in the file.
  void check_values(const std::vector<std::int32_t>& tokens, const std::string& name) const {
    for (const auto token : tokens)
      if (words_ > 0 && (token < 0 || token >= words_))
        refuse_file("token " + std::to_string(token) + " has no vector", name);
  }

  void fill_windows(std::vector<data::Client>& clients, std::span<const std::int64_t> samples,
                    std::span<const std::int64_t> places) const {
    auto starts = cut(indices_->read(samples.front(), samples.back()), samples);
    auto texts = cut(bytes_->read(places.front(), places.back()), places);
    for (std::size_t i = 0; i < clients.size(); ++i) {
      for (const auto start : starts[i])
        if (start < 0 || start + header_.width > std::ssize(texts[i]))
          refuse_file("a sample lies outside its client's text", indices_->name());
      clients[i].features = data::Windows{std::move(texts[i]), std::move(starts[i])};
    }
  }

  DataFileHeader header_;
  std::vector<std::string> ids_;
  Column<std::int32_t> labels_;
  std::vector<std::int64_t> samples_, text_;  ///< offsets, [clients + 1]
  std::int64_t words_;
  std::optional<Column<std::uint8_t>> bytes_;    ///< features, or texts
  std::optional<Column<float>> floats_;          ///< features
  std::optional<Column<std::int32_t>> indices_;  ///< features, or starts of windows
};

}  // namespace

void check_data_file(const fs::path& path, MayFork may_fork) {
  check_seal(path, Status::input);
  if (has_seal(path)) return;
  if (may_fork == MayFork::no) return;
  try_in_child(path, Status::input, reading_limits(path), [&] {
    read_data_file(path, [](const std::string&) { return true; });
    read_word_vectors(path);
  });
}

DataFileHeader data_file_header(const fs::path& path) {
  return as_input([&] { return read_header(open_whole(path)); });
}

std::vector<data::Client> read_data_file(const fs::path& path, const data::WantedId& wanted) {
  return as_input([&] {
    const h5::Node file = open_whole(path);
    return Clients(file).read(wanted);
  });
}

data::WordVectors read_word_vectors(const fs::path& path) {
  return as_input([&]() -> data::WordVectors {
    const h5::Node file = open_whole(path);
    if (!h5::exists(file, layout::word_vectors.name)) return {};
    const Column<float> column(file, layout::word_vectors, {-1, -1});
    auto array = h5::read<float>(file, layout::word_vectors.name);
    if (!std::all_of(array.values.begin(), array.values.end(),
                     [](float value) { return std::isfinite(value); }))
      refuse_file("a value is NaN or infinite", column.name());
    return {std::int64_t(array.lengths[0]), std::int64_t(array.lengths[1]), std::move(array.values)};
  });
}

}  // namespace fedmeta::record

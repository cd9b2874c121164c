// Datasets and dimension scales.
#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

#include "record/h5_calls.hpp"

namespace fedmeta::record::h5 {
namespace {

Handle space_of(const Shape& shape) {
  std::vector<hsize_t> most = shape.lengths;
  if (shape.extendible) most[0] = H5S_UNLIMITED;
  return Handle(H5Screate_simple(static_cast<int>(most.size()), shape.lengths.data(), most.data()), H5Sclose);
}

void set_chunks(hid_t properties, const Shape& shape, hsize_t value_bytes) {
  constexpr hsize_t most_values = 65536, most_bytes = 8 * most_values;
  std::vector<hsize_t> chunk = shape.lengths;
  hsize_t width = 1;
  for (std::size_t axis = 1; axis < chunk.size(); ++axis) {
    chunk[axis] = std::max<hsize_t>(1, chunk[axis]);
    width *= chunk[axis];
  }
  const hsize_t rows = shape.extendible ? shape.chunk_rows : std::max<hsize_t>(1, chunk[0]);
  chunk[0] = std::clamp<hsize_t>(std::min(most_values, most_bytes / value_bytes) / width, 1, rows);
  H5Pset_chunk(properties, static_cast<int>(chunk.size()), chunk.data());
}

/// Values get checksums, and long texts are compressed: they are mostly zeros where one is longer than
/// others.
void set_filters(hid_t properties, hid_t type) {
  constexpr std::size_t long_text = 256;
  if (H5Tget_class(type) == H5T_STRING && H5Tget_size(type) >= long_text &&
      H5Zfilter_avail(H5Z_FILTER_DEFLATE) > 0)
    H5Pset_deflate(properties, 1);
  H5Pset_fletcher32(properties);
}

Node make_dataset(const Node& parent, const Field& field, hid_t type, const Shape& shape,
                  bool without_values) {
  const std::string name = child(parent, field.name);
  if (shape.lengths.empty()) throw std::logic_error(name + ": without an axis there are no chunks to check");
  Handle space = space_of(shape);
  Handle properties(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  H5Pset_attr_creation_order(properties, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
  if (without_values)
    H5Pset_fill_time(properties, H5D_FILL_TIME_NEVER);
  else
    set_filters(properties, type);
  if (shape.extendible || !without_values) set_chunks(properties, shape, H5Tget_size(type));
  Handle id(H5Dcreate2(parent.id, field.name, type, space, H5P_DEFAULT, properties, H5P_DEFAULT), H5Dclose);
  Node dataset{std::move(id), name};
  checked<hid_t>(dataset.id, Access::write, name);
  set_attribute<std::string>(dataset, "units", field.units);
  set_attribute<std::string>(dataset, "description", field.description);
  return dataset;
}

/// How many bytes a dataset's values take in the file, at least.
class Storage {
 public:
  explicit Storage(const Node& dataset)
      : type_(H5Dget_type(dataset.id), H5Tclose), properties_(H5Dget_create_plist(dataset.id), H5Pclose) {
    for (int i = 0; i < std::max(0, H5Pget_nfilters(properties_)); ++i) {
      unsigned flags = 0;
      std::size_t values = 0;
      const auto filter =
          H5Pget_filter2(properties_, unsigned(i), &flags, &values, nullptr, 0, nullptr, nullptr);
      if (filter == H5Z_FILTER_FLETCHER32)
        checksum_ = 4;
      else if (filter != H5Z_FILTER_SHUFFLE)
        ratio_ = 1032;  // deflate's largest
    }
  }

  double least_bytes(const std::vector<hsize_t>& lengths) const {
    auto bytes = static_cast<double>(H5Tget_size(type_));
    std::vector<hsize_t> chunk(lengths.size(), 1);
    const bool chunked = !lengths.empty() && H5Pget_layout(properties_) == H5D_CHUNKED &&
                         H5Pget_chunk(properties_, int(chunk.size()), chunk.data()) == int(chunk.size());
    double chunks = 1;
    for (std::size_t axis = 0; axis < lengths.size(); ++axis) {
      chunks *= std::ceil(static_cast<double>(lengths[axis]) / static_cast<double>(chunk[axis]));
      bytes *= static_cast<double>(chunk[axis]);
    }
    return chunks * (bytes + (chunked ? checksum_ : 0)) / ratio_;
  }

 private:
  Handle type_, properties_;
  double checksum_ = 0, ratio_ = 1;
};

/// Values declared beyond what is stored were never written, and reading them would only fill memory with
/// zeros.
void check_stored(const Node& dataset) {
  if (!is_stored(dataset)) fail_read("it declares more values than it holds", dataset.name);
}

std::vector<std::string> read_any_texts(hid_t dataset, std::size_t count, const std::string& name) {
  const Handle type = any_text_type();
  hsize_t bytes = 0;  // texts of a file may share their bytes
  checked(H5Dvlen_get_buf_size(dataset, type, Handle(H5Dget_space(dataset), H5Sclose), &bytes), Access::read,
          name);
  if (bytes > most_text)
    fail_read("its texts are larger than " + std::to_string(most_text >> 20) + " MB", name);
  std::vector<char*> pointers(count, nullptr);
  checked(H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, pointers.data()), Access::read, name);
  std::vector<std::string> values;
  for (char* pointer : pointers) {
    values.emplace_back(pointer ? pointer : "");
    H5free_memory(pointer);
  }
  return values;
}

/// Selects the rows [begin, end) of the first axis. Returns a space of their shape.
Handle select_rows(hid_t file_space, hsize_t begin, hsize_t end) {
  auto count = lengths_of(file_space);
  std::vector<hsize_t> start(count.size(), 0);
  start[0] = begin;
  count[0] = end - begin;
  H5Sselect_hyperslab(file_space, H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr);
  return Handle(H5Screate_simple(static_cast<int>(count.size()), count.data(), nullptr), H5Sclose);
}

/// Bytes of texts that are in memory as they are stored: one long text makes all of them long.
constexpr std::size_t part = std::size_t{16} << 20;

std::vector<std::string> read_texts(const Node& dataset, std::size_t count) {
  const Handle type(H5Dget_type(dataset.id), H5Tclose);
  if (is_any_text(type, dataset.name)) return read_any_texts(dataset.id, count, dataset.name);
  const auto bytes = H5Tget_size(type);
  const auto rows = std::max<std::size_t>(1, part / bytes);
  std::vector<std::string> values;
  hsize_t total = 0;
  std::vector<char> buffer;
  for (std::size_t begin = 0; begin < count; begin += rows) {
    const auto end = std::min(count, begin + rows);
    const Handle file_space(H5Dget_space(dataset.id), H5Sclose);
    const Handle memory_space = select_rows(file_space, begin, end);
    buffer.resize((end - begin) * bytes);
    checked(H5Dread(dataset.id, type, memory_space, file_space, H5P_DEFAULT, buffer.data()), Access::read,
            dataset.name);
    for (std::size_t i = 0; i < end - begin; ++i) {
      values.push_back(unpacked(std::span(buffer).subspan(i * bytes, bytes)));
      total += values.back().size();
    }
    if (total > most_text)
      fail_read("its texts are larger than " + std::to_string(most_text >> 20) + " MB", dataset.name);
  }
  return values;
}

template <class T>
void write_to(const Node& dataset, std::span<const T> values, hid_t memory_space, hid_t file_space) {
  if constexpr (std::is_same_v<T, std::string>) {
    const Handle type(H5Dget_type(dataset.id), H5Tclose);
    const auto bytes = packed(values, H5Tget_size(type));
    checked(H5Dwrite(dataset.id, type, memory_space, file_space, H5P_DEFAULT, bytes.data()), Access::write,
            dataset.name);
  } else {
    checked(H5Dwrite(dataset.id, type_of<T>(), memory_space, file_space, H5P_DEFAULT, values.data()),
            Access::write, dataset.name);
  }
}

}  // namespace

Node open_dataset(const Node& parent, const std::string& name) {
  check_link(parent, name);
  Node dataset{{H5Dopen2(parent.id, name.c_str(), H5P_DEFAULT), H5Dclose}, child(parent, name)};
  checked<hid_t>(dataset.id, Access::read, dataset.name);
  const Handle properties(H5Dget_create_plist(dataset.id), H5Pclose);
  if (H5Pget_external_count(properties) > 0 || H5Pget_layout(properties) == H5D_VIRTUAL)
    fail_read("the values are in other files", dataset.name);
  return dataset;
}

std::vector<hsize_t> lengths(const Node& dataset) {
  return lengths_of(Handle(H5Dget_space(dataset.id), H5Sclose));
}

std::vector<hsize_t> lengths_to_read(const Node& dataset, std::size_t axes) {
  auto found = lengths(dataset);
  if (found.size() != axes)
    fail_read("an array of " + std::to_string(found.size()) + " axes, not " + std::to_string(axes),
              dataset.name);
  check_stored(dataset);
  return found;
}

template <class T>
Node create_dataset(const Node& parent, const Field& field, const Shape& shape) {
  if constexpr (std::is_same_v<T, std::string>)
    // netCDF takes texts of one byte for characters, and their axis for that of a text.
    return make_dataset(parent, field, text_type(std::max<hsize_t>(2, shape.text_bytes)), shape, false);
  else
    return make_dataset(parent, field, type_of<T>(), shape, false);
}

template <class T>
void write(const Node& dataset, std::span<const T> values) {
  if constexpr (std::is_same_v<T, std::string>) {
    const Handle type(H5Dget_type(dataset.id), H5Tclose);
    const auto rows = std::max<std::size_t>(1, part / H5Tget_size(type));
    for (std::size_t begin = 0; begin < values.size(); begin += rows) {
      const auto end = std::min(values.size(), begin + rows);
      const Handle file_space(H5Dget_space(dataset.id), H5Sclose);
      const Handle memory_space = select_rows(file_space, begin, end);
      write_to(dataset, values.subspan(begin, end - begin), memory_space, file_space);
    }
  } else if (!values.empty()) {
    write_to(dataset, values, H5S_ALL, H5S_ALL);
  }
}

void extend(const Node& dataset, hsize_t rows) {
  std::vector<hsize_t> extent = lengths(dataset);
  extent.at(0) += rows;
  checked(H5Dset_extent(dataset.id, extent.data()), Access::write, dataset.name);
}

template <class T>
void append(const Node& dataset, std::span<const T> values) {
  if (values.empty()) return;
  const auto before = lengths(dataset);
  hsize_t width = 1;
  for (std::size_t axis = 1; axis < before.size(); ++axis) width *= before[axis];
  const hsize_t rows = values.size() / width;
  extend(dataset, rows);
  const Handle file_space(H5Dget_space(dataset.id), H5Sclose);
  const Handle memory_space = select_rows(file_space, before[0], before[0] + rows);
  write_to(dataset, values, memory_space, file_space);
}

template <class T>
Array<T> read(const Node& parent, const std::string& name) {
  const Node dataset = open_dataset(parent, name);
  Array<T> array{{}, lengths(dataset)};
  check_stored(dataset);
  std::size_t count = 1;
  for (hsize_t length : array.lengths) count *= length;
  if constexpr (std::is_same_v<T, std::string>) {
    if (array.lengths.size() != 1)
      fail_read("an array of texts with another number of axes than one", dataset.name);
    array.values = read_texts(dataset, count);
  } else {
    array.values.resize(count);
    checked(H5Dread(dataset.id, type_of<T>(), H5S_ALL, H5S_ALL, H5P_DEFAULT, array.values.data()),
            Access::read, dataset.name);
  }
  return array;
}

template <class T>
Array<T> read_rows(const Node& dataset, hsize_t begin, hsize_t end) {
  Array<T> array{{}, lengths(dataset)};
  if (array.lengths.empty() || begin > end || end > array.lengths[0])
    fail_read("the array is too short", dataset.name);
  const Handle file_space(H5Dget_space(dataset.id), H5Sclose);
  const Handle memory_space = select_rows(file_space, begin, end);
  array.lengths[0] = end - begin;
  std::size_t count = 1;
  for (hsize_t length : array.lengths) count *= length;
  array.values.resize(count);
  checked(H5Dread(dataset.id, type_of<T>(), memory_space, file_space, H5P_DEFAULT, array.values.data()),
          Access::read, dataset.name);
  return array;
}

bool is_stored(const Node& dataset) {
  hsize_t file_bytes = 0;
  const Handle file(H5Iget_file_id(dataset.id), H5Fclose);
  if (H5Fget_filesize(file, &file_bytes) < 0) return false;
  const auto stored = std::min(H5Dget_storage_size(dataset.id), file_bytes);
  return Storage(dataset).least_bytes(lengths(dataset)) <= static_cast<double>(stored);
}

template <class T>
bool fits(const Node& dataset) {
  const Handle type(H5Dget_type(dataset.id), H5Tclose);
  const auto kind = H5Tget_class(type);
  if constexpr (std::is_same_v<T, std::string>) {
    return kind == H5T_STRING;
  } else {
    const auto bytes = H5Tget_size(type);
    if constexpr (std::is_floating_point_v<T>) return kind == H5T_FLOAT && bytes <= sizeof(T);
    const bool same_sign = (H5Tget_sign(type) == H5T_SGN_NONE) == std::is_unsigned_v<T>;
    const bool widened = bytes < sizeof(T) && std::is_signed_v<T>;
    return kind == H5T_INTEGER && (widened || (same_sign && bytes <= sizeof(T)));
  }
}

Node create_dimension(const Node& parent, const Field& field, const Shape& shape) {
  Node dimension = make_dataset(parent, field, type_of<float>(), shape, true);
  // By netCDF's convention this sentence marks a dimension without values.
  make_scale(dimension, "This is a netCDF dimension but not a netCDF variable. " +
                            std::string(shape.extendible ? "         0" : std::to_string(shape.lengths[0])));
  return dimension;
}

#define FEDMETA_H5_DATASET(T)                                               \
  template Node create_dataset<T>(const Node&, const Field&, const Shape&); \
  template void write<T>(const Node&, std::span<const T>);                  \
  template void append<T>(const Node&, std::span<const T>);                 \
  template Array<T> read<T>(const Node&, const std::string&);               \
  template bool fits<T>(const Node&);

template Array<float> read_rows<float>(const Node&, hsize_t, hsize_t);
template Array<std::int64_t> read_rows<std::int64_t>(const Node&, hsize_t, hsize_t);
template Array<std::int32_t> read_rows<std::int32_t>(const Node&, hsize_t, hsize_t);
template Array<std::uint8_t> read_rows<std::uint8_t>(const Node&, hsize_t, hsize_t);

FEDMETA_H5_DATASET(std::string)
FEDMETA_H5_DATASET(double)
FEDMETA_H5_DATASET(float)
FEDMETA_H5_DATASET(std::int64_t)
FEDMETA_H5_DATASET(std::int32_t)
FEDMETA_H5_DATASET(std::uint8_t)
#undef FEDMETA_H5_DATASET

}  // namespace fedmeta::record::h5

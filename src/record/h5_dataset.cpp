// Datasets and dimension scales.
#include <algorithm>
#include <utility>

#include "record/h5_calls.hpp"

namespace fedmeta::record::h5 {
namespace {

Handle space_of(const Shape& shape) {
  if (shape.lengths.empty()) return Handle(H5Screate(H5S_SCALAR), H5Sclose);
  std::vector<hsize_t> most = shape.lengths;
  if (shape.extendible) most[0] = H5S_UNLIMITED;
  return Handle(H5Screate_simple(static_cast<int>(most.size()), shape.lengths.data(), most.data()), H5Sclose);
}

void set_chunks(hid_t properties, const Shape& shape) {
  std::vector<hsize_t> chunk = shape.lengths;
  hsize_t width = 1;
  for (std::size_t axis = 1; axis < chunk.size(); ++axis) {
    chunk[axis] = std::max<hsize_t>(1, chunk[axis]);
    width *= chunk[axis];
  }
  chunk[0] = std::clamp<hsize_t>(65536 / width, 1, shape.chunk_rows);
  H5Pset_chunk(properties, static_cast<int>(chunk.size()), chunk.data());
}

Node make_dataset(const Node& parent, const Field& field, hid_t type, const Shape& shape,
                  bool without_values) {
  const std::string name = child(parent, field.name);
  Handle space = space_of(shape);
  Handle properties(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  H5Pset_attr_creation_order(properties, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
  if (shape.extendible) set_chunks(properties, shape);
  if (without_values) H5Pset_fill_time(properties, H5D_FILL_TIME_NEVER);
  Handle id(H5Dcreate2(parent.id, field.name, type, space, H5P_DEFAULT, properties, H5P_DEFAULT), H5Dclose);
  Node dataset{std::move(id), name};
  checked<hid_t>(dataset.id, Access::write, name);
  set_attribute<std::string>(dataset, "units", field.units);
  set_attribute<std::string>(dataset, "description", field.description);
  return dataset;
}

constexpr hsize_t most_text = hsize_t{1} << 30;

/// Returns whether the bytes stored in the file for the dataset, expanded by `ratio`, plus `always` bytes,
/// suffice for values of these lengths.
bool may_hold(const Node& dataset, const std::vector<hsize_t>& lengths, double ratio, double always) {
  const Handle type(H5Dget_type(dataset.id), H5Tclose);
  double declared = static_cast<double>(H5Tget_size(type));
  for (const hsize_t length : lengths) declared *= static_cast<double>(length);
  hsize_t file_bytes = 0;
  const Handle file(H5Iget_file_id(dataset.id), H5Fclose);
  if (H5Fget_filesize(file, &file_bytes) < 0) return false;
  const auto stored = std::min(H5Dget_storage_size(dataset.id), file_bytes);
  return declared <= always + ratio * static_cast<double>(stored);
}

/// Deflate compresses by a factor of about a thousand at most. Values declared beyond that were never
/// written, and reading them would only fill memory with zeros.
void check_stored(const Node& dataset, const std::vector<hsize_t>& lengths) {
  if (!may_hold(dataset, lengths, 1100, 1 << 20))
    fail_read("it declares more values than it holds", dataset.name);
}

std::vector<std::string> read_strings(hid_t dataset, hid_t type, std::size_t count, const std::string& name) {
  hsize_t bytes = 0;  // strings of a file may share their bytes
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
  check_stored(dataset, found);
  return found;
}

template <class T>
Node create_dataset(const Node& parent, const Field& field, const Shape& shape) {
  return make_dataset(parent, field, type_of<T>(), shape, false);
}

template <class T>
void write(const Node& dataset, std::span<const T> values) {
  if (values.empty()) return;
  const auto memory = memory_of(values);
  checked(H5Dwrite(dataset.id, type_of<T>(), H5S_ALL, H5S_ALL, H5P_DEFAULT, memory.data()), Access::write,
          dataset.name);
}

void extend(const Node& dataset, hsize_t rows) {
  std::vector<hsize_t> extent = lengths(dataset);
  extent.at(0) += rows;
  checked(H5Dset_extent(dataset.id, extent.data()), Access::write, dataset.name);
}

template <class T>
void append(const Node& dataset, std::span<const T> values) {
  if (values.empty()) return;
  std::vector<hsize_t> start = lengths(dataset);
  std::vector<hsize_t> count = start;
  hsize_t width = 1;
  for (std::size_t axis = 1; axis < start.size(); ++axis) {
    width *= count[axis];
    start[axis] = 0;
  }
  count[0] = values.size() / width;
  extend(dataset, count[0]);
  const Handle file_space(H5Dget_space(dataset.id), H5Sclose);
  const Handle memory_space(H5Screate_simple(static_cast<int>(count.size()), count.data(), nullptr),
                            H5Sclose);
  H5Sselect_hyperslab(file_space, H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr);
  const auto memory = memory_of(values);
  checked(H5Dwrite(dataset.id, type_of<T>(), memory_space, file_space, H5P_DEFAULT, memory.data()),
          Access::write, dataset.name);
}

template <class T>
Array<T> read(const Node& parent, const std::string& name) {
  const Node dataset = open_dataset(parent, name);
  Array<T> array{{}, lengths(dataset)};
  check_stored(dataset, array.lengths);
  std::size_t count = 1;
  for (hsize_t length : array.lengths) count *= length;
  if constexpr (std::is_same_v<T, std::string>) {
    array.values = read_strings(dataset.id, type_of<T>(), count, dataset.name);
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
  std::vector<hsize_t> start(array.lengths.size(), 0);
  array.lengths[0] = end - begin;
  start[0] = begin;
  check_stored(dataset, array.lengths);
  std::size_t count = 1;
  for (hsize_t length : array.lengths) count *= length;
  array.values.resize(count);
  const Handle file_space(H5Dget_space(dataset.id), H5Sclose);
  const Handle memory_space(H5Screate_simple(static_cast<int>(start.size()), array.lengths.data(), nullptr),
                            H5Sclose);
  H5Sselect_hyperslab(file_space, H5S_SELECT_SET, start.data(), nullptr, array.lengths.data(), nullptr);
  checked(H5Dread(dataset.id, type_of<T>(), memory_space, file_space, H5P_DEFAULT, array.values.data()),
          Access::read, dataset.name);
  return array;
}

bool is_stored(const Node& dataset) {
  const Handle properties(H5Dget_create_plist(dataset.id), H5Pclose);
  const bool packed = H5Pget_nfilters(properties) > 0;
  return may_hold(dataset, lengths(dataset), packed ? 1032 : 1, 0);  // deflate's largest ratio
}

template <class T>
bool fits(const Node& dataset) {
  const Handle type(H5Dget_type(dataset.id), H5Tclose);
  const auto kind = H5Tget_class(type);
  if constexpr (std::is_same_v<T, std::string>) {
    return kind == H5T_STRING && H5Tis_variable_str(type) > 0;
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

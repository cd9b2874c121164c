#include "record/h5.hpp"

#include <hdf5_hl.h>

#include <algorithm>
#include <cstring>
#include <type_traits>
#include <utility>

#include "base/error.hpp"

namespace fedmeta::record::h5 {
namespace {

void start_library() {
  static const bool started = [] {
    H5dont_atexit();
    H5open();
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
    return true;
  }();
  (void)started;
}

/// The innermost message of HDF5's error stack; the system's own words where it quotes them. Any further
/// call of HDF5, closing a handle too, empties the stack.
std::string reason() {
  std::string text;
  H5Ewalk2(
      H5E_DEFAULT, H5E_WALK_UPWARD,
      [](unsigned n, const H5E_error2_t* error, void* out) -> herr_t {
        if (n == 0 && error->desc) *static_cast<std::string*>(out) = error->desc;
        return 0;
      },
      &text);
  const std::string quote = "error message = '";
  if (const auto begin = text.find(quote); begin != std::string::npos) {
    const auto from = begin + quote.size();
    return text.substr(from, text.find('\'', from) - from);
  }
  return text.empty() ? "unknown reason" : text;
}

enum class Access { read, write };

[[noreturn]] void fail(Access access, const std::string& name) {
  const std::string why = reason();
  if (access == Access::read)
    throw Error(Status::own_file, "cannot read results file: " + why, name,
                "check that it is a complete results file of this program");
  throw Error(Status::own_file, "cannot write results file: " + why, name,
              "check free space and permissions, or choose another --output");
}

template <class Result>
Result checked(Result result, Access access, const std::string& name) {
  if (result < 0) fail(access, name);
  return result;
}

std::string child(const Node& parent, const std::string& name) {
  return parent.name + (parent.name.ends_with('/') ? "" : "/") + name;
}

std::string file_name(const std::filesystem::path& path) {
  return path.string() + ":/";
}

template <class T>
Handle type_of() {
  if constexpr (std::is_same_v<T, std::string>) {
    Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
    H5Tset_size(type, H5T_VARIABLE);
    H5Tset_cset(type, H5T_CSET_UTF8);
    return type;
  } else {
    hid_t native = H5T_NATIVE_DOUBLE;
    if (std::is_same_v<T, float>) native = H5T_NATIVE_FLOAT;
    if (std::is_same_v<T, std::int64_t>) native = H5T_NATIVE_INT64;
    if (std::is_same_v<T, std::int32_t>) native = H5T_NATIVE_INT32;
    if (std::is_same_v<T, std::uint8_t>) native = H5T_NATIVE_UINT8;
    return Handle(H5Tcopy(native), H5Tclose);
  }
}

/// HDF5 takes variable-length strings as pointers, everything else as it is.
template <class T>
auto memory_of(std::span<const T> values) {
  if constexpr (std::is_same_v<T, std::string>) {
    std::vector<const char*> pointers;
    for (const std::string& value : values) pointers.push_back(value.c_str());
    return pointers;
  } else {
    return values;
  }
}

std::vector<hsize_t> lengths_of(hid_t space) {
  std::vector<hsize_t> lengths(std::max(0, H5Sget_simple_extent_ndims(space)));
  if (!lengths.empty()) H5Sget_simple_extent_dims(space, lengths.data(), nullptr);
  return lengths;
}

Handle space_of(const Shape& shape) {
  if (shape.lengths.empty()) return Handle(H5Screate(H5S_SCALAR), H5Sclose);
  std::vector<hsize_t> most = shape.lengths;
  if (shape.extendible) most[0] = H5S_UNLIMITED;
  return Handle(H5Screate_simple(static_cast<int>(most.size()), shape.lengths.data(), most.data()), H5Sclose);
}

/// Chunks of at most 64 Ki values and 256 rows: rounds come one by one.
void set_chunks(hid_t properties, const Shape& shape) {
  std::vector<hsize_t> chunk = shape.lengths;
  hsize_t width = 1;
  for (std::size_t axis = 1; axis < chunk.size(); ++axis) {
    chunk[axis] = std::max<hsize_t>(1, chunk[axis]);
    width *= chunk[axis];
  }
  chunk[0] = std::clamp<hsize_t>(65536 / width, 1, 256);
  H5Pset_chunk(properties, static_cast<int>(chunk.size()), chunk.data());
}

Handle group_properties(hid_t kind) {
  Handle properties(H5Pcreate(kind), H5Pclose);
  H5Pset_link_creation_order(properties, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
  H5Pset_attr_creation_order(properties, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
  return properties;
}

/// Closing the file closes whatever is still open in it. A reader takes no lock, so that a file which is
/// being written can be looked at; file systems without locks are accepted.
Handle file_access(Access access) {
  Handle properties(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  H5Pset_fclose_degree(properties, H5F_CLOSE_STRONG);
#if H5_VERSION_GE(1, 12, 1) || (H5_VERSION_GE(1, 10, 7) && !H5_VERSION_GE(1, 12, 0))
  H5Pset_file_locking(properties, access == Access::write, true);
#else
  (void)access;
#endif
  return properties;
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

std::vector<std::string> read_strings(hid_t dataset, hid_t type, std::size_t count, const std::string& name) {
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

Handle::Handle(Handle&& other) noexcept
    : id_(std::exchange(other.id_, H5I_INVALID_HID)), close_(std::exchange(other.close_, nullptr)) {}

Handle& Handle::operator=(Handle&& other) noexcept {
  std::swap(id_, other.id_);
  std::swap(close_, other.close_);
  return *this;
}

Handle::~Handle() {
  close();
}

herr_t Handle::close() {
  const hid_t id = std::exchange(id_, H5I_INVALID_HID);
  // With its file already closed the identifier is no longer valid, and there is nothing to do.
  return id >= 0 && H5Iis_valid(id) > 0 ? close_(id) : 0;
}

Node create_file(const std::filesystem::path& path) {
  start_library();
  const Handle creation = group_properties(H5P_FILE_CREATE);
  const Handle access = file_access(Access::write);
  Handle id(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, creation, access), H5Fclose);
  checked<hid_t>(id, Access::write, path.string());
  return {std::move(id), file_name(path)};
}

Node open_file(const std::filesystem::path& path) {
  start_library();
  const Handle access = file_access(Access::read);
  Handle id(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access), H5Fclose);
  checked<hid_t>(id, Access::read, path.string());
  return {std::move(id), file_name(path)};
}

void flush(const Node& node) {
  checked(H5Fflush(node.id, H5F_SCOPE_GLOBAL), Access::write, node.name);
}

void close_file(Node& file) {
  checked(file.id.close(), Access::write, file.name);
}

Node create_group(const Node& parent, const std::string& name) {
  const Handle properties = group_properties(H5P_GROUP_CREATE);
  Node group{{H5Gcreate2(parent.id, name.c_str(), H5P_DEFAULT, properties, H5P_DEFAULT), H5Gclose},
             child(parent, name)};
  checked<hid_t>(group.id, Access::write, group.name);
  return group;
}

Node open_group(const Node& parent, const std::string& name) {
  Node group{{H5Gopen2(parent.id, name.c_str(), H5P_DEFAULT), H5Gclose}, child(parent, name)};
  checked<hid_t>(group.id, Access::read, group.name);
  return group;
}

Node open_dataset(const Node& parent, const std::string& name) {
  Node dataset{{H5Dopen2(parent.id, name.c_str(), H5P_DEFAULT), H5Dclose}, child(parent, name)};
  checked<hid_t>(dataset.id, Access::read, dataset.name);
  return dataset;
}

std::vector<hsize_t> lengths(const Node& dataset) {
  return lengths_of(Handle(H5Dget_space(dataset.id), H5Sclose));
}

bool exists(const Node& parent, const std::string& name) {
  return H5Lexists(parent.id, name.c_str(), H5P_DEFAULT) > 0;
}

std::vector<std::string> members(const Node& group) {
  std::vector<std::string> names;
  const auto add = [](hid_t, const char* name, const H5L_info_t*, void* out) -> herr_t {
    static_cast<std::vector<std::string>*>(out)->emplace_back(name);
    return 0;
  };
  checked(H5Literate(group.id, H5_INDEX_CRT_ORDER, H5_ITER_INC, nullptr, add, &names), Access::read,
          group.name);
  return names;
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
void set_attribute(const Node& node, const std::string& name, const T& value) {
  const Handle type = type_of<T>();
  const Handle space(H5Screate(H5S_SCALAR), H5Sclose);
  Handle id(has_attribute(node, name)
                ? H5Aopen(node.id, name.c_str(), H5P_DEFAULT)
                : H5Acreate2(node.id, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT),
            H5Aclose);
  checked<hid_t>(id, Access::write, child(node, name));
  const auto memory = memory_of(std::span<const T>(&value, 1));
  checked(H5Awrite(id, type, memory.data()), Access::write, child(node, name));
}

template <class T>
T attribute(const Node& node, const std::string& name) {
  const std::string where = child(node, name);
  const Handle id(H5Aopen(node.id, name.c_str(), H5P_DEFAULT), H5Aclose);
  checked<hid_t>(id, Access::read, where);
  if constexpr (std::is_same_v<T, std::string>) {
    char* pointer = nullptr;
    checked(H5Aread(id, type_of<T>(), &pointer), Access::read, where);
    const std::string value = pointer ? pointer : "";
    H5free_memory(pointer);
    return value;
  } else {
    T value{};
    checked(H5Aread(id, type_of<T>(), &value), Access::read, where);
    return value;
  }
}

bool has_attribute(const Node& node, const std::string& name) {
  return H5Aexists(node.id, name.c_str()) > 0;
}

std::vector<std::string> attribute_names(const Node& node) {
  std::vector<std::string> names;
  const auto add = [](hid_t, const char* name, const H5A_info_t*, void* out) -> herr_t {
    static_cast<std::vector<std::string>*>(out)->emplace_back(name);
    return 0;
  };
  checked(H5Aiterate2(node.id, H5_INDEX_CRT_ORDER, H5_ITER_INC, nullptr, add, &names), Access::read,
          node.name);
  return names;
}

AttributeKind attribute_kind(const Node& node, const std::string& name) {
  const Handle id(H5Aopen(node.id, name.c_str(), H5P_DEFAULT), H5Aclose);
  checked<hid_t>(id, Access::read, child(node, name));
  const Handle type(H5Aget_type(id), H5Tclose);
  if (H5Tget_class(type) == H5T_STRING) return AttributeKind::text;
  return H5Tget_class(type) == H5T_INTEGER ? AttributeKind::integer : AttributeKind::real;
}

void make_scale(const Node& dataset, const std::string& name) {
  checked(H5DSset_scale(dataset.id, name.c_str()), Access::write, dataset.name);
}

Node create_dimension(const Node& parent, const Field& field, const Shape& shape) {
  Node dimension = make_dataset(parent, field, type_of<float>(), shape, true);
  // The sentence is netCDF's; its readers then take the dataset for a length only.
  make_scale(dimension, "This is a netCDF dimension but not a netCDF variable. " +
                            std::string(shape.extendible ? "         0" : std::to_string(shape.lengths[0])));
  return dimension;
}

void attach_scale(const Node& dataset, const Node& scale, unsigned axis) {
  checked(H5DSattach_scale(dataset.id, scale.id, axis), Access::write, dataset.name);
}

#define FEDMETA_H5_DATASET(T)                                               \
  template Node create_dataset<T>(const Node&, const Field&, const Shape&); \
  template void write<T>(const Node&, std::span<const T>);                  \
  template void append<T>(const Node&, std::span<const T>);                 \
  template Array<T> read<T>(const Node&, const std::string&);
#define FEDMETA_H5_ATTRIBUTE(T)                                              \
  template void set_attribute<T>(const Node&, const std::string&, const T&); \
  template T attribute<T>(const Node&, const std::string&);

FEDMETA_H5_DATASET(std::string)
FEDMETA_H5_DATASET(double)
FEDMETA_H5_DATASET(float)
FEDMETA_H5_DATASET(std::int64_t)
FEDMETA_H5_DATASET(std::int32_t)
FEDMETA_H5_DATASET(std::uint8_t)
FEDMETA_H5_ATTRIBUTE(std::string)
FEDMETA_H5_ATTRIBUTE(double)
FEDMETA_H5_ATTRIBUTE(std::int64_t)
FEDMETA_H5_ATTRIBUTE(std::int32_t)

#undef FEDMETA_H5_DATASET
#undef FEDMETA_H5_ATTRIBUTE

}  // namespace fedmeta::record::h5

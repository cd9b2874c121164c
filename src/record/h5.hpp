// A thin layer over the HDF5 C API: handles that close themselves, calls that throw.
//
// Every failure is an Error(Status::own_file) that names the file and the object. HDF5 prints nothing by
// itself, and does nothing at process exit: a file that could not be flushed is not tried a second time.
#pragma once

#include <hdf5.h>

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace fedmeta::record::h5 {

/// Owns an HDF5 identifier.
class Handle {
 public:
  using Close = herr_t (*)(hid_t);
  Handle() = default;
  Handle(hid_t id, Close close) : id_(id), close_(close) {}
  Handle(Handle&& other) noexcept;
  Handle& operator=(Handle&& other) noexcept;
  ~Handle();

  operator hid_t() const { return id_; }
  /// The result of closing; the handle is empty afterwards.
  herr_t close();

 private:
  hid_t id_ = H5I_INVALID_HID;
  Close close_ = nullptr;
};

/// A file, group or dataset, with the name that an error about it shows: `FILE:/group/dataset`.
struct Node {
  Handle id;
  std::string name;
};

/// What a dataset is called and what it means; stored beside it as attributes `units` and `description`.
struct Field {
  const char* name;
  const char* units;  ///< "1" for numbers without a unit
  const char* description;
};

/// Length of every axis; with `extendible` the first one grows by append(), and values lie in chunks of at
/// most 64 Ki values and `chunk_rows` rows.
struct Shape {
  std::vector<hsize_t> lengths;
  bool extendible = false;
  hsize_t chunk_rows = 256;  ///< few where rows come one by one
};

Node create_file(const std::filesystem::path& path);
Node open_file(const std::filesystem::path& path);
/// Flushes the whole file that `node` belongs to.
void flush(const Node& node);
void close_file(Node& file);

Node create_group(const Node& parent, const std::string& name);
/// These two throw, too, where a link or the values lead out of the file: it may come from somebody who wants
/// other files read.
Node open_group(const Node& parent, const std::string& name);
Node open_dataset(const Node& parent, const std::string& name);
/// Length of every axis of a dataset.
std::vector<hsize_t> lengths(const Node& dataset);
/// The same, of one that is to be read. Throws where it has not so many axes, or more values than the file
/// can hold.
std::vector<hsize_t> lengths_to_read(const Node& dataset, std::size_t axes);
bool exists(const Node& parent, const std::string& name);
/// Names of the members in the order in which they were made.
std::vector<std::string> members(const Node& group);

/// T of the templates below: std::string, double, float, std::int64_t, std::int32_t, std::uint8_t.
template <class T>
Node create_dataset(const Node& parent, const Field& field, const Shape& shape);
template <class T>
void write(const Node& dataset, std::span<const T> values);
/// Adds rows at the end of the first axis; `values` fills them.
template <class T>
void append(const Node& dataset, std::span<const T> values);
/// Adds rows at the end of the first axis, without values.
void extend(const Node& dataset, hsize_t rows);

/// Values (row-major) and axis lengths of a dataset. Throws where it is absent or not convertible to T.
template <class T>
struct Array {
  std::vector<T> values;
  std::vector<hsize_t> lengths;
};
template <class T>
Array<T> read(const Node& parent, const std::string& name);
/// The rows [begin, end) of the first axis. Throws where there are fewer. Not for strings.
template <class T>
Array<T> read_rows(const Node& dataset, hsize_t begin, hsize_t end);

/// Whether the file has as many bytes as the dataset's lengths say, so that memory for them may be asked for.
/// Compressed ones may have a thousandth.
bool is_stored(const Node& dataset);
/// Whether T holds every number that the dataset may have. For strings: whether it has strings.
template <class T>
bool fits(const Node& dataset);

/// T: std::string, double, std::int64_t, std::int32_t, std::uint8_t. An existing attribute is overwritten.
template <class T>
void set_attribute(const Node& node, const std::string& name, const T& value);
/// Throws where it is absent, not one value, or not convertible to T.
template <class T>
T attribute(const Node& node, const std::string& name);
bool has_attribute(const Node& node, const std::string& name);
/// In the order in which they were made.
std::vector<std::string> attribute_names(const Node& node);
enum class AttributeKind { byte, integer, real, text };
AttributeKind attribute_kind(const Node& node, const std::string& name);

/// Makes a dataset the scale (coordinate) of an axis called like it.
void make_scale(const Node& dataset, const std::string& name);
/// A scale that has a length but no values, in netCDF's convention; it takes no space in the file.
Node create_dimension(const Node& parent, const Field& field, const Shape& shape);
void attach_scale(const Node& dataset, const Node& scale, unsigned axis);

}  // namespace fedmeta::record::h5

// A thin layer over the HDF5 C API: handles that close themselves, calls that throw.
//
// Every failure is an Error(Status::own_file) that names the file and the object. HDF5 prints nothing by
// itself, and does nothing at process exit: a file that could not be flushed is not tried a second time.
#pragma once

#include <hdf5.h>

#include <cstddef>
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

/// A file, group or dataset, with its name in error messages: `FILE:/group/dataset`.
struct Node {
  Handle id;
  std::string name;
};

/// A dataset's name and meaning; stored beside it as attributes `units` and `description`.
struct Field {
  const char* name;
  const char* units;  ///< "1" for numbers without a unit
  const char* description;
};

/// Length of every axis. If `extendible`, append() grows the first axis. Values are stored in chunks of at
/// most 64 Ki values and 512 KiB, and if extendible `chunk_rows` rows, each with a checksum (Fletcher-32).
struct Shape {
  std::vector<hsize_t> lengths;
  bool extendible = false;
  hsize_t chunk_rows = 256;  ///< few if rows come one by one
  hsize_t text_bytes = 0;    ///< of texts: the longest that there may be
};

/// Replaces a file of this name that an earlier program left. Takes no lock: record/output_lock.hpp does, on
/// any file system.
Node create_file(const std::filesystem::path& path);
Node open_file(const std::filesystem::path& path);
/// A file whose bytes are in memory, named `name` in errors.
Node open_bytes(std::span<const std::byte> bytes, const std::string& name);
/// The descriptor of an open file, which stays the library's.
int descriptor(const Node& file);
/// Reads every dataset of a file. Throws if one cannot be read.
void check_readable(const std::filesystem::path& path);
/// Returns whether bytes follow the end that the file states.
bool has_bytes_after_end(const Node& file);
/// Flushes the whole file that `node` belongs to.
void flush(const Node& node);
void close_file(Node& file);

Node create_group(const Node& parent, const std::string& name);
/// Open a member. Both throw, too, if a link or the values lead outside the file: a file from somebody else
/// could make this program read other files.
Node open_group(const Node& parent, const std::string& name);
Node open_dataset(const Node& parent, const std::string& name);
/// Returns the length of every axis of a dataset.
std::vector<hsize_t> lengths(const Node& dataset);
/// Returns the same for a dataset that is to be read. Throws unless it has `axes` axes, and if it has more
/// values than the file holds.
std::vector<hsize_t> lengths_to_read(const Node& dataset, std::size_t axes);
/// Throws where the file is too damaged to tell.
bool exists(const Node& parent, const std::string& name);
/// Returns the names of the members in order of creation. Throws unless they are as many as the group states.
std::vector<std::string> members(const Node& group);

/// T in the templates below: std::string, double, float, std::int64_t, std::int32_t, std::uint8_t. Texts are
/// stored as UTF-8 of one length, filled up with zeros. Read are those of any length, too, as earlier
/// versions wrote them, up to the first zero.
template <class T>
Node create_dataset(const Node& parent, const Field& field, const Shape& shape);
template <class T>
void write(const Node& dataset, std::span<const T> values);
/// Appends `values` as rows along the first axis.
template <class T>
void append(const Node& dataset, std::span<const T> values);
/// Appends rows without values along the first axis.
void extend(const Node& dataset, hsize_t rows);

/// Values (row-major) and axis lengths of a dataset.
template <class T>
struct Array {
  std::vector<T> values;
  std::vector<hsize_t> lengths;
};
/// Throws if the dataset is absent or not convertible to T.
template <class T>
Array<T> read(const Node& parent, const std::string& name);
/// Reads the rows [begin, end) of the first axis of a dataset that is_stored(). Throws if there are fewer.
/// Not for texts.
template <class T>
Array<T> read_rows(const Node& dataset, hsize_t begin, hsize_t end);

/// Returns whether the file has all the values that the dataset's lengths claim, so that memory for them can
/// safely be allocated. A compressed dataset may have a thousandth of the bytes.
bool is_stored(const Node& dataset);
/// Returns whether T can hold every number of the dataset's type; for texts, whether the dataset has texts.
template <class T>
bool fits(const Node& dataset);

/// Returns the length of the longest text.
hsize_t longest(std::span<const std::string> texts);

/// Sets an attribute, replacing an existing one, however long. T: std::string, double, std::int64_t,
/// std::int32_t, std::uint8_t.
template <class T>
void set_attribute(const Node& node, const std::string& name, const T& value);
/// Throws if the attribute is absent, not a single value, or not convertible to T.
template <class T>
T attribute(const Node& node, const std::string& name);
/// Throws where the file is too damaged to tell.
bool has_attribute(const Node& node, const std::string& name);
/// Returns the names of the attributes in order of creation.
std::vector<std::string> attribute_names(const Node& node);
enum class AttributeKind { byte, integer, real, text };
AttributeKind attribute_kind(const Node& node, const std::string& name);

/// Makes a dataset a dimension scale (coordinate) called `name`.
void make_scale(const Node& dataset, const std::string& name);
/// Creates a scale that has a length but no values, by netCDF's convention; it takes no space in the file.
Node create_dimension(const Node& parent, const Field& field, const Shape& shape);
void attach_scale(const Node& dataset, const Node& scale, unsigned axis);

}  // namespace fedmeta::record::h5

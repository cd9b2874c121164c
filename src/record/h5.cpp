#include "record/h5.hpp"

#include <hdf5_hl.h>

#include <cstdlib>
#include <utility>

#include "base/error.hpp"
#include "base/file_advice.hpp"
#include "record/h5_calls.hpp"

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

/// The reason for a failed call: HDF5's message, and the errno if HDF5 quotes one, else 0.
struct Reason {
  std::string words;
  int number = 0;
};

/// Returns the part of HDF5's message from `mark` up to `end`, or "" if there is no such part.
std::string quoted(const std::string& text, const std::string& mark, char end) {
  const auto found = text.find(mark);
  if (found == std::string::npos) return "";
  const auto begin = found + mark.size();
  return text.substr(begin, text.find(end, begin) - begin);
}

/// Returns the innermost message of HDF5's error stack, or the system's own message if HDF5 quotes one. Any
/// further HDF5 call, such as closing a handle, clears the stack.
Reason reason() {
  std::string text;
  H5Ewalk2(
      H5E_DEFAULT, H5E_WALK_UPWARD,
      [](unsigned n, const H5E_error2_t* error, void* out) -> herr_t {
        if (n == 0 && error->desc) *static_cast<std::string*>(out) = error->desc;
        return 0;
      },
      &text);
  const auto number = std::atoi(quoted(text, "errno = ", ',').c_str());
  const auto words = quoted(text, "error message = '", '\'');
  if (words.empty()) return {text.empty() ? "unknown reason" : text, number};
  return {text.starts_with("unable to lock") ? "cannot lock it: " + words : words, number};
}

std::string file_name(const std::filesystem::path& path) {
  return path.string() + ":/";
}

Handle group_properties(hid_t kind) {
  Handle properties(H5Pcreate(kind), H5Pclose);
  H5Pset_link_creation_order(properties, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
  H5Pset_attr_creation_order(properties, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
  return properties;
}

/// Returns access settings: closing the file closes everything still open in it. The library takes no lock,
/// so that a file can be read while it is written, and file systems without locks are accepted.
Handle file_access() {
  Handle properties(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  H5Pset_fclose_degree(properties, H5F_CLOSE_STRONG);
#if H5_VERSION_GE(1, 12, 1) || (H5_VERSION_GE(1, 10, 7) && !H5_VERSION_GE(1, 12, 0))
  H5Pset_file_locking(properties, false, true);
#endif
  return properties;
}

}  // namespace

void fail_read(const std::string& why, const std::string& name) {
  throw Error(Status::own_file, "cannot read HDF5 file: " + why, name,
              "check that it is a complete file of this program");
}

void fail(Access access, const std::string& name) {
  const auto why = reason();
  if (access == Access::write)
    throw Error(Status::own_file, "cannot write HDF5 file: " + why.words, name,
                advice_on_writing(why.number, "--output"));
  const auto advice = advice_on_reading(why.number);
  if (advice.empty()) fail_read(why.words, name);
  throw Error(Status::own_file, "cannot read HDF5 file: " + why.words, name, advice);
}

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
  // If the file is closed already, the identifier is invalid and there is nothing to do.
  return id >= 0 && H5Iis_valid(id) > 0 ? close_(id) : 0;
}

Node create_file(const std::filesystem::path& path) {
  start_library();
  const Handle creation = group_properties(H5P_FILE_CREATE);
  const Handle access = file_access();
  // Whoever still has the old file open goes on in that one.
  std::error_code ignored;
  if (std::filesystem::is_regular_file(path, ignored)) std::filesystem::remove(path, ignored);
  // The formats that have checksums: of headers and groups since version 1.8 of the library, of where chunks
  // lie since 1.10. A file that is created by the latter is marked while it is open, and nobody else can read
  // it.
  H5Pset_libver_bounds(access, H5F_LIBVER_V18, H5F_LIBVER_LATEST);
  Handle id(H5Fcreate(path.c_str(), H5F_ACC_EXCL, creation, access), H5Fclose);
  checked<hid_t>(id, Access::write, path.string());
  checked(H5Fset_libver_bounds(id, H5F_LIBVER_V110, H5F_LIBVER_LATEST), Access::write, path.string());
  return {std::move(id), file_name(path)};
}

Node open_file(const std::filesystem::path& path) {
  start_library();
  const Handle access = file_access();
  Handle id(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access), H5Fclose);
  checked<hid_t>(id, Access::read, path.string());
  return {std::move(id), file_name(path)};
}

Node open_bytes(std::span<const std::byte> bytes, const std::string& name) {
  start_library();
  // The library asks for a pointer to what it may change, and copies it.
  Handle id(H5LTopen_file_image(const_cast<std::byte*>(bytes.data()), bytes.size(), 0), H5Fclose);
  checked<hid_t>(id, Access::read, name);
  return {std::move(id), file_name(name)};
}

int descriptor(const Node& file) {
  void* found = nullptr;
  checked(H5Fget_vfd_handle(file.id, H5P_DEFAULT, &found), Access::write, file.name);
  return *static_cast<int*>(found);
}

namespace {

/// Reads a dataset as it is stored.
herr_t read_dataset(hid_t file, const char* name, const H5O_info_t* info, void*) {
  if (info->type != H5O_TYPE_DATASET) return 0;
  const Handle dataset(H5Dopen2(file, name, H5P_DEFAULT), H5Dclose);
  const Handle type(H5Dget_type(dataset), H5Tclose), space(H5Dget_space(dataset), H5Sclose);
  const auto values = H5Sget_simple_extent_npoints(space);
  if (values < 0) return -1;
  // A length without values takes no space in the file, and needs none here.
  if (values == 0 || H5Dget_storage_size(dataset) == 0) return 0;
  std::vector<std::byte> bytes(static_cast<std::size_t>(values) * H5Tget_size(type));
  if (H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data()) < 0) return -1;
  const bool has_pointers = H5Tis_variable_str(type) > 0 || H5Tdetect_class(type, H5T_VLEN) > 0;
  return has_pointers ? H5Dvlen_reclaim(type, space, H5P_DEFAULT, bytes.data()) : 0;
}

}  // namespace

void check_readable(const std::filesystem::path& path) {
  const Node file = open_file(path);
  checked(H5Ovisit(file.id, H5_INDEX_NAME, H5_ITER_NATIVE, read_dataset, nullptr), Access::read,
          path.string());
}

bool has_bytes_after_end(const Node& file) {
  haddr_t end = 0;
  hsize_t bytes = 0;
  checked(H5Fget_eoa(file.id, &end), Access::read, file.name);
  checked(H5Fget_filesize(file.id, &bytes), Access::read, file.name);
  return bytes > end;
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

void check_link(const Node& parent, const std::string& name) {
  H5L_info_t link{};
  checked(H5Lget_info(parent.id, name.c_str(), &link, H5P_DEFAULT), Access::read, child(parent, name));
  if (link.type != H5L_TYPE_HARD) fail_read("a link to another place", child(parent, name));
}

Node open_group(const Node& parent, const std::string& name) {
  check_link(parent, name);
  Node group{{H5Gopen2(parent.id, name.c_str(), H5P_DEFAULT), H5Gclose}, child(parent, name)};
  checked<hid_t>(group.id, Access::read, group.name);
  return group;
}

bool exists(const Node& parent, const std::string& name) {
  // Below zero: the lookup failed, as it does where the index of the names is damaged.
  return checked(H5Lexists(parent.id, name.c_str(), H5P_DEFAULT), Access::read, child(parent, name)) > 0;
}

std::vector<std::string> members(const Node& group) {
  std::vector<std::string> names;
  const auto add = [](hid_t, const char* name, const H5L_info_t*, void* out) -> herr_t {
    static_cast<std::vector<std::string>*>(out)->emplace_back(name);
    return 0;
  };
  checked(H5Literate(group.id, H5_INDEX_CRT_ORDER, H5_ITER_INC, nullptr, add, &names), Access::read,
          group.name);
  H5G_info_t info{};
  checked(H5Gget_info(group.id, &info), Access::read, group.name);
  if (info.nlinks != names.size()) fail_read("some of its members are not found", group.name);
  return names;
}

void make_scale(const Node& dataset, const std::string& name) {
  checked(H5DSset_scale(dataset.id, name.c_str()), Access::write, dataset.name);
}

void attach_scale(const Node& dataset, const Node& scale, unsigned axis) {
  checked(H5DSattach_scale(dataset.id, scale.id, axis), Access::write, dataset.name);
}

}  // namespace fedmeta::record::h5

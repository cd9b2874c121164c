#include "record/old_form.hpp"

#include <hdf5.h>

#include <algorithm>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "record/h5_calls.hpp"

namespace fedmeta::record {
namespace {

namespace fs = std::filesystem;
using h5::Handle;

hid_t checked(hid_t id) {
  if (id < 0) throw std::runtime_error("the file cannot be rewritten in its old form");
  return id;
}

/// Values as they are stored, or texts of any length in place of those of one length.
struct Values {
  Handle type;
  std::vector<char> bytes;
  std::vector<std::string> texts;
  std::vector<const char*> pointers;

  const void* data() const {
    return pointers.empty() ? static_cast<const void*>(bytes.data()) : pointers.data();
  }

  /// `read` reads values of a type.
  template <class Read>
  Values(Handle stored, std::size_t count, Read read) : type(std::move(stored)) {
    const auto size = H5Tget_size(type);
    bytes.resize(std::max<std::size_t>(1, count * size));
    checked(read(hid_t(type), bytes.data()));
    if (H5Tget_class(type) != H5T_STRING) return;
    for (std::size_t i = 0; i < count; ++i) {
      const std::string_view text(bytes.data() + i * size, size);
      texts.emplace_back(text.substr(0, text.find('\0')));
    }
    for (const auto& text : texts) pointers.push_back(text.c_str());
    type = h5::any_text_type();
  }
};

herr_t copy_attribute(hid_t from, const char* name, const H5A_info_t*, void* into) {
  const Handle old(H5Aopen(from, name, H5P_DEFAULT), H5Aclose), space(H5Aget_space(old), H5Sclose);
  Handle type(H5Aget_type(old), H5Tclose);
  // Those of scales refer to places in the file.
  if (H5Tget_class(type) != H5T_STRING && H5Sget_simple_extent_type(space) != H5S_SCALAR) return 0;
  const Values values(std::move(type), 1, [&](hid_t t, void* out) { return H5Aread(old, t, out); });
  const Handle made(
      H5Acreate2(*static_cast<hid_t*>(into), name, values.type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
  return H5Awrite(made, values.type, values.data());
}

void copy_attributes(hid_t from, hid_t into) {
  checked(H5Aiterate2(from, H5_INDEX_CRT_ORDER, H5_ITER_INC, nullptr, copy_attribute, &into));
}

void copy_dataset(hid_t from, const char* name, hid_t into, bool scalar) {
  const Handle old(H5Dopen2(from, name, H5P_DEFAULT), H5Dclose);
  const Handle space(scalar ? H5Screate(H5S_SCALAR) : H5Dget_space(old), H5Sclose);
  const auto count = H5Sget_simple_extent_npoints(space);
  const Values values(Handle(H5Dget_type(old), H5Tclose), std::size_t(count), [&](hid_t t, void* out) {
    return H5Dread(old, t, H5S_ALL, H5S_ALL, H5P_DEFAULT, out);
  });
  const Handle properties(H5Pcreate(H5P_DATASET_CREATE), H5Pclose),
      before(H5Dget_create_plist(old), H5Pclose);
  hsize_t lengths[2], most[2], chunk[2];
  const int axes = H5Sget_simple_extent_dims(space, lengths, most);
  if (axes > 0 && most[0] == H5S_UNLIMITED && H5Pget_chunk(before, axes, chunk) == axes)
    H5Pset_chunk(properties, axes, chunk);
  const Handle made(H5Dcreate2(into, name, values.type, space, H5P_DEFAULT, properties, H5P_DEFAULT),
                    H5Dclose);
  checked(made);
  if (count > 0) checked(H5Dwrite(made, values.type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()));
  copy_attributes(old, made);
}

Handle ordered(hid_t kind) {
  Handle properties(H5Pcreate(kind), H5Pclose);
  H5Pset_link_creation_order(properties, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
  H5Pset_attr_creation_order(properties, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
  return properties;
}

void copy_group(const h5::Node& from, hid_t into) {
  copy_attributes(from.id, into);
  for (const auto& name : h5::members(from)) {
    const Handle member(H5Oopen(from.id, name.c_str(), H5P_DEFAULT), H5Oclose);
    if (H5Iget_type(member) == H5I_GROUP) {
      const Handle group(H5Gcreate2(into, name.c_str(), H5P_DEFAULT, ordered(H5P_GROUP_CREATE), H5P_DEFAULT),
                         H5Gclose);
      copy_group(h5::open_group(from, name), group);
    } else {
      copy_dataset(from.id, name.c_str(), into, from.name.ends_with("/target"));
    }
  }
}

}  // namespace

void rewrite_in_old_form(const fs::path& path, const std::string& attribute, std::int32_t version) {
  const fs::path old = path.string() + ".old";
  {
    const h5::Node from = h5::open_file(path);
    const Handle into(H5Fcreate(old.c_str(), H5F_ACC_TRUNC, ordered(H5P_FILE_CREATE), H5P_DEFAULT), H5Fclose);
    copy_group(from, checked(into));
    const Handle stated(H5Aopen(into, attribute.c_str(), H5P_DEFAULT), H5Aclose);
    checked(H5Awrite(stated, H5T_NATIVE_INT32, &version));
  }
  fs::rename(old, path);
}

}  // namespace fedmeta::record

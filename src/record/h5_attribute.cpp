// Attributes of files, groups and datasets.
#include <algorithm>

#include "record/h5_calls.hpp"

namespace fedmeta::record::h5 {

namespace {

template <class T>
void create_attribute(const Node& node, const std::string& name, hid_t type, const T* value) {
  const Handle space(H5Screate(H5S_SCALAR), H5Sclose);
  const Handle id(H5Acreate2(node.id, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
  checked<hid_t>(id, Access::write, child(node, name));
  checked(H5Awrite(id, type, value), Access::write, child(node, name));
}

Handle open_attribute(const Node& node, const std::string& name) {
  const std::string where = child(node, name);
  Handle id(H5Aopen(node.id, name.c_str(), H5P_DEFAULT), H5Aclose);
  checked<hid_t>(id, Access::read, where);
  if (H5Sget_simple_extent_npoints(Handle(H5Aget_space(id), H5Sclose)) != 1)
    fail_read("the attribute is not one value", where);
  return id;
}

std::string read_text(hid_t id, const std::string& where) {
  const Handle type(H5Aget_type(id), H5Tclose);
  if (is_any_text(type, where)) {
    char* pointer = nullptr;
    checked(H5Aread(id, any_text_type(), &pointer), Access::read, where);
    std::string value = pointer ? pointer : "";
    H5free_memory(pointer);
    return value;
  }
  std::vector<char> bytes(H5Tget_size(type));
  checked(H5Aread(id, type, bytes.data()), Access::read, where);
  return unpacked(bytes);
}

}  // namespace

template <class T>
void set_attribute(const Node& node, const std::string& name, const T& value) {
  // Another text is of another length, and so of another type.
  if (has_attribute(node, name)) checked(H5Adelete(node.id, name.c_str()), Access::write, child(node, name));
  if constexpr (std::is_same_v<T, std::string>) {
    const auto length = std::max<std::size_t>(1, value.size());
    create_attribute(node, name, text_type(length), packed(std::span(&value, 1), length).data());
  } else {
    create_attribute(node, name, type_of<T>(), &value);
  }
}

template <class T>
T attribute(const Node& node, const std::string& name) {
  const std::string where = child(node, name);
  const Handle id = open_attribute(node, name);
  if constexpr (std::is_same_v<T, std::string>) {
    return read_text(id, where);
  } else {
    T value{};
    checked(H5Aread(id, type_of<T>(), &value), Access::read, where);
    return value;
  }
}

bool has_attribute(const Node& node, const std::string& name) {
  return checked(H5Aexists(node.id, name.c_str()), Access::read, child(node, name)) > 0;
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
  if (H5Tget_class(type) != H5T_INTEGER) return AttributeKind::real;
  return H5Tget_size(type) == 1 ? AttributeKind::byte : AttributeKind::integer;
}

#define FEDMETA_H5_ATTRIBUTE(T)                                              \
  template void set_attribute<T>(const Node&, const std::string&, const T&); \
  template T attribute<T>(const Node&, const std::string&);

FEDMETA_H5_ATTRIBUTE(std::string)
FEDMETA_H5_ATTRIBUTE(double)
FEDMETA_H5_ATTRIBUTE(std::int64_t)
FEDMETA_H5_ATTRIBUTE(std::int32_t)
FEDMETA_H5_ATTRIBUTE(std::uint8_t)
#undef FEDMETA_H5_ATTRIBUTE

}  // namespace fedmeta::record::h5

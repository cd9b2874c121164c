// Shared by the sources behind h5.hpp: checked calls, and the HDF5 counterparts of C++ types.
#pragma once

#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "record/h5.hpp"

namespace fedmeta::record::h5 {

enum class Access { read, write };

/// Throws the Error for the HDF5 call that has just failed on `name`.
[[noreturn]] void fail(Access access, const std::string& name);

/// Throws the Error for a file that HDF5 can read but this program refuses.
[[noreturn]] void fail_read(const std::string& why, const std::string& name);

/// Throws if `name` is a link to another place or another file instead of an object of the group itself.
void check_link(const Node& parent, const std::string& name);

template <class Result>
Result checked(Result result, Access access, const std::string& name) {
  if (result < 0) fail(access, name);
  return result;
}

inline std::string child(const Node& parent, const std::string& name) {
  return parent.name + (parent.name.ends_with('/') ? "" : "/") + name;
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

/// Prepares values for HDF5, which takes variable-length strings as pointers and everything else as it is.
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

inline std::vector<hsize_t> lengths_of(hid_t space) {
  std::vector<hsize_t> lengths(std::max(0, H5Sget_simple_extent_ndims(space)));
  if (!lengths.empty()) H5Sget_simple_extent_dims(space, lengths.data(), nullptr);
  return lengths;
}

}  // namespace fedmeta::record::h5

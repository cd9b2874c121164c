// Shared by the sources behind h5.hpp: checked calls, and the HDF5 counterparts of C++ types.
#pragma once

#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "record/h5.hpp"

namespace fedmeta::record::h5 {

enum class Access { read, write };

/// The most bytes that texts of a dataset, or an attribute, may take in memory.
inline constexpr hsize_t most_text = hsize_t{1} << 30;

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

/// Numbers.
template <class T>
Handle type_of() {
  hid_t native = H5T_NATIVE_DOUBLE;
  if (std::is_same_v<T, float>) native = H5T_NATIVE_FLOAT;
  if (std::is_same_v<T, std::int64_t>) native = H5T_NATIVE_INT64;
  if (std::is_same_v<T, std::int32_t>) native = H5T_NATIVE_INT32;
  if (std::is_same_v<T, std::uint8_t>) native = H5T_NATIVE_UINT8;
  return Handle(H5Tcopy(native), H5Tclose);
}

/// UTF-8 in `bytes` bytes, filled up with zeros.
Handle text_type(hsize_t bytes);
/// Texts of any length, which earlier versions of this program wrote; in memory they are pointers.
Handle any_text_type();
/// Returns whether a type is that of texts of any length. Throws if it is not of texts, or they are too long.
bool is_any_text(hid_t type, const std::string& name);
/// Returns texts as text_type() has them. Throws std::logic_error if one is longer.
std::vector<char> packed(std::span<const std::string> texts, std::size_t bytes);
/// Returns the text at the beginning of `bytes`, up to the first zero.
std::string unpacked(std::span<const char> bytes);

inline std::vector<hsize_t> lengths_of(hid_t space) {
  std::vector<hsize_t> lengths(std::max(0, H5Sget_simple_extent_ndims(space)));
  if (!lengths.empty()) H5Sget_simple_extent_dims(space, lengths.data(), nullptr);
  return lengths;
}

}  // namespace fedmeta::record::h5

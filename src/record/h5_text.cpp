// Texts as HDF5 stores them.
#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "record/h5_calls.hpp"

namespace fedmeta::record::h5 {

hsize_t longest(std::span<const std::string> texts) {
  std::size_t most = 0;
  for (const std::string& text : texts) most = std::max(most, text.size());
  return most;
}

Handle text_type(hsize_t bytes) {
  Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(type, bytes);
  H5Tset_strpad(type, H5T_STR_NULLPAD);
  H5Tset_cset(type, H5T_CSET_UTF8);
  return type;
}

Handle any_text_type() {
  Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(type, H5T_VARIABLE);
  H5Tset_cset(type, H5T_CSET_UTF8);
  return type;
}

bool is_any_text(hid_t type, const std::string& name) {
  if (H5Tget_class(type) != H5T_STRING) fail_read("it is not a text", name);
  if (H5Tis_variable_str(type) > 0) return true;
  if (H5Tget_size(type) > most_text)
    fail_read("its texts are larger than " + std::to_string(most_text >> 20) + " MB", name);
  return false;
}

std::vector<char> packed(std::span<const std::string> texts, std::size_t bytes) {
  std::vector<char> all(texts.size() * bytes, '\0');
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (texts[i].size() > bytes) throw std::logic_error("a text is longer than its place: " + texts[i]);
    std::memcpy(all.data() + i * bytes, texts[i].data(), texts[i].size());
  }
  return all;
}

std::string unpacked(std::span<const char> bytes) {
  return {bytes.begin(), std::find(bytes.begin(), bytes.end(), '\0')};
}

}  // namespace fedmeta::record::h5

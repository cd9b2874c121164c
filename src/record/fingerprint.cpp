#include "record/fingerprint.hpp"

#include <xxhash.h>

#include <string_view>

namespace fedmeta::record {
namespace {

template <class T>
void add(std::string& bytes, const std::vector<T>& values) {
  bytes.append(std::string_view(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)));
}

}  // namespace

std::uint64_t fingerprint(const Data& data) {
  std::string bytes;
  for (const auto& id : data.client_id) bytes.append(std::to_string(id.size())).append(":").append(id);
  add(bytes, data.role);
  add(bytes, data.samples);
  add(bytes, data.support);
  return XXH3_64bits(bytes.data(), bytes.size());
}

std::uint64_t fingerprint(const Model& model) {
  std::string bytes = model.layout;
  add(bytes, model.theta);
  add(bytes, model.alpha);
  return XXH3_64bits(bytes.data(), bytes.size());
}

}  // namespace fedmeta::record

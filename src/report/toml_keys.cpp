#include "report/toml_keys.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/joined.hpp"
#include "base/toml_text.hpp"

namespace fedmeta::report {

toml::table parse_toml(std::string_view text, const std::string& file) {
  check_toml_text(text, file);
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& error) {
    throw Error(Status::usage, "not TOML: " + std::string(error.description()),
                file + ", line " + std::to_string(error.source().begin.line),
                "write KEY = VALUE, with text in quotes");
  }
}

const toml::node* Keys::find(const std::string& key) {
  known_.push_back(key);
  return table_.get(key);
}

std::string Keys::given() const {
  std::vector<std::string> keys;
  for (const auto& [key, node] : table_) keys.emplace_back(key.str());
  return keys.empty() ? "none" : joined(keys, ", ");
}

void Keys::end() const {
  for (const auto& [key, node] : table_)
    if (std::find(known_.begin(), known_.end(), key.str()) == known_.end())
      fail("unknown key " + std::string(key.str()), "use one of " + joined(known_, ", "));
}

void Keys::fail(const std::string& what, const std::string& remedy) const {
  throw Error(Status::usage, what, where_, remedy);
}

}  // namespace fedmeta::report

// Reads the TOML files of layouts: of tables and of figures.
#pragma once

#include <toml++/toml.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "report/tables/layout.hpp"

namespace fedmeta::report {

/// A table of a layout's file. Every key must be taken, so that a misspelt one is found.
class Keys {
 public:
  Keys(const toml::table& table, std::string where) : table_(table), where_(std::move(where)) {}

  template <class T>
  std::optional<T> optional(const std::string& key) {
    const auto* node = table_.get(key);
    if (!node) return {};
    ++taken_;
    auto value = node->value<T>();
    if (!value) fail(key + " has the wrong type");
    return value;
  }

  template <class T>
  T required(const std::string& key) {
    auto value = optional<T>(key);
    if (!value) fail("no " + key);
    return *value;
  }

  /// Of an array of tables, or of a table.
  template <class Node>
  const Node* node(const std::string& key) {
    const auto* found = table_.get(key);
    if (!found) return nullptr;
    ++taken_;
    const auto* typed = found->as<Node>();
    if (!typed) fail(key + " has the wrong type");
    return typed;
  }

  bool is_array(const std::string& key) const {
    const auto* found = table_.get(key);
    return found && found->is_array();
  }

  void end() const {
    if (taken_ != table_.size()) fail("a key that is not known");
  }

  [[noreturn]] void fail(const std::string& what) const { throw std::invalid_argument(where_ + ": " + what); }

 private:
  const toml::table& table_;
  std::string where_;
  std::size_t taken_ = 0;
};

/// Returns what an array of tables holds. There must be one at least.
template <class T>
std::vector<T> all_of(Keys& keys, const std::string& key, const std::string& name, T (*one)(Keys)) {
  const auto* array = keys.node<toml::array>(key);
  if (!array || !array->is_homogeneous<toml::table>()) keys.fail("no " + key);
  std::vector<T> all;
  for (const auto& node : *array)
    all.push_back(one(Keys(*node.as_table(), name + ", " + key + " " + std::to_string(all.size() + 1))));
  return all;
}

/// Takes `title`, `algorithm` and `where`, but does not look for other keys.
LayoutRow row_of(Keys& keys);

/// Throws std::invalid_argument, which says what is wrong, for what is not TOML.
toml::table parse_layout_text(const std::string& name, std::string_view text);

}  // namespace fedmeta::report

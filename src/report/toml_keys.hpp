// Reads the tables of a TOML file, of which every key must be known.
#pragma once

#include <toml++/toml.h>

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace fedmeta::report {

/// Parses a text. Throws Error(usage), which names `file` and the line.
toml::table parse_toml(std::string_view text, const std::string& file);

/// A table of a file. What is asked for is known; end() finds any other key, such as a misspelt one. All
/// functions throw Error(usage) with `where`.
class Keys {
 public:
  Keys(const toml::table& table, std::string where) : table_(table), where_(std::move(where)) {}

  template <class T>
  std::optional<T> optional(const std::string& key) {
    const auto* node = find(key);
    if (!node) return {};
    auto value = node->value<T>();
    if (!value) fail(key + " has the wrong type", std::is_arithmetic_v<T> ? "give a number" : "give a text");
    return value;
  }

  template <class T>
  T required(const std::string& key) {
    auto value = optional<T>(key);
    if (!value) fail("no " + key, "add it; given are " + given());
    return *value;
  }

  /// Of an array of tables, or of a table.
  template <class Node>
  const Node* node(const std::string& key) {
    const auto* found = find(key);
    if (!found) return nullptr;
    const auto* typed = found->as<Node>();
    if (!typed) fail(key + " has the wrong type", "give a table");
    return typed;
  }

  /// The same; null, too, where it is of another kind.
  template <class Node>
  const Node* optional_node(const std::string& key) {
    const auto* found = find(key);
    return found ? found->as<Node>() : nullptr;
  }

  void end() const;

  const std::string& where() const { return where_; }
  [[noreturn]] void fail(const std::string& what, const std::string& remedy) const;

 private:
  const toml::node* find(const std::string& key);
  std::string given() const;

  const toml::table& table_;
  std::string where_;
  std::vector<std::string> known_;
};

/// Returns what `one` makes of each table of an array, [[KEY]] in the file. There must be one at least.
template <class T>
std::vector<T> all_of(Keys& keys, const std::string& key, T (*one)(Keys)) {
  const auto* array = keys.node<toml::array>(key);
  if (!array || !array->is_homogeneous<toml::table>())
    keys.fail("no " + key, "add one, below [[" + key + "]]");
  std::vector<T> all;
  for (const auto& node : *array)
    all.push_back(
        one(Keys(*node.as_table(), keys.where() + ", " + key + " " + std::to_string(all.size() + 1))));
  return all;
}

}  // namespace fedmeta::report

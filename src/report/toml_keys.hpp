// Reads the tables of a TOML file, of which every key must be known.
#pragma once

#include <toml++/toml.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace fedmeta::report {

/// Parses a text. Throws Error(usage), which names `file` and the line.
toml::table parse_toml(std::string_view text, const std::string& file);

/// The numbers that a key takes, both ends among them.
struct NumberRange {
  double least, most;
  const char* description;  ///< completes "give ..."
};

/// What to write for a value of this type.
template <class T>
constexpr const char* wanted() {
  if constexpr (std::is_same_v<T, std::string>) return "a text in quotes";
  if constexpr (std::is_same_v<T, bool>) return "true or false";
  if constexpr (std::is_same_v<T, std::int64_t>) return "a whole number in decimal digits";
  return "a number in decimal digits";
}

/// A table of a file. What is asked for is known; end() finds any other key, such as a misspelt one. All
/// functions throw Error(usage) with `where` and, where there is one, the line.
class Keys {
 public:
  /// `where`: "FILE", or "FILE, devices 2" of an entry of a list, whose own line is told, too.
  Keys(const toml::table& table, std::string where) : table_(table), where_(std::move(where)) {}

  template <class T>
  std::optional<T> optional(const std::string& key) {
    const auto* node = find(key);
    if (!node) return {};
    if (!holds<T>(*node)) wrong_type(key, wanted<T>());
    if constexpr (std::is_same_v<T, double>) return number_in(*node);
    return node->value<T>();
  }

  template <class T>
  T required(const std::string& key) {
    auto value = optional<T>(key);
    if (!value) missing(key);
    return *value;
  }

  std::optional<double> optional(const std::string& key, const NumberRange& range);
  double required(const std::string& key, const NumberRange& range);

  /// Of an array of tables, or of a table.
  template <class Node>
  const Node* node(const std::string& key) {
    const auto* found = find(key);
    if (!found) return nullptr;
    const auto* typed = found->as<Node>();
    if (!typed) wrong_type(key, std::is_same_v<Node, toml::array> ? "a list" : "a table");
    return typed;
  }

  /// The same; null, too, where it is of another kind.
  template <class Node>
  const Node* optional_node(const std::string& key) {
    const auto* found = find(key);
    return found ? found->as<Node>() : nullptr;
  }

  /// Returns the tables of a list, [[KEY]] in the file. There is one at least.
  std::vector<Keys> entries(const std::string& key);

  void end() const;

  [[noreturn]] void fail(const std::string& what, const std::string& remedy) const;
  /// Of a key that is there.
  [[noreturn]] void fail_at(const std::string& key, const std::string& what, const std::string& remedy) const;

 private:
  /// Unlike toml++, which takes true for 1 and 2.0 for 2, and hexadecimal numbers.
  template <class T>
  static bool holds(const toml::node& node) {
    if constexpr (std::is_same_v<T, double>) return is_decimal(node);
    if constexpr (std::is_same_v<T, std::int64_t>) return node.is_integer() && is_decimal(node);
    return node.is<T>();
  }
  static bool is_decimal(const toml::node& node);
  static double number_in(const toml::node& node);

  const toml::node* find(const std::string& key);
  std::string given() const;
  [[noreturn]] void missing(const std::string& key) const;
  [[noreturn]] void wrong_type(const std::string& key, const std::string& wanted) const;

  const toml::table& table_;
  std::string where_;
  std::string line_ = {};  ///< ", line 7" of an entry
  std::vector<std::string> known_ = {};
};

/// Returns what `one` makes of each table of a list, [[KEY]] in the file. There must be one at least.
template <class T>
std::vector<T> all_of(Keys& keys, const std::string& key, T (*one)(Keys)) {
  std::vector<T> all;
  for (auto& entry : keys.entries(key)) all.push_back(one(std::move(entry)));
  return all;
}

}  // namespace fedmeta::report

#include "report/tables/layout.hpp"

#include <toml++/toml.h>

#include <map>
#include <stdexcept>

namespace fedmeta::report {
namespace {

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

  void end() const {
    if (taken_ != table_.size()) fail("a key that is not known");
  }

  [[noreturn]] void fail(const std::string& what) const { throw std::invalid_argument(where_ + ": " + what); }

 private:
  const toml::table& table_;
  std::string where_;
  std::size_t taken_ = 0;
};

record::AttributeValue value_of(const toml::node& node, const Keys& keys) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* truth = node.as_boolean()) return truth->get();
  if (const auto* whole = node.as_integer()) return whole->get();
  if (const auto* real = node.as_floating_point()) return real->get();
  keys.fail("a value that is neither a text nor a number nor a switch");
}

LayoutRow row_of(Keys keys) {
  LayoutRow row{keys.required<std::string>("title"), keys.required<std::string>("algorithm"), {}};
  if (const auto* where = keys.node<toml::table>("where"))
    for (const auto& [key, node] : *where) row.where.emplace_back(key.str(), value_of(node, keys));
  keys.end();
  return row;
}

LayoutColumn column_of(Keys keys) {
  LayoutColumn column{keys.required<std::string>("title"), keys.required<std::string>("dataset"),
                      keys.required<double>("support"), keys.required<std::string>("shows"),
                      keys.optional<double>("reaches")};
  keys.end();
  return column;
}

template <class T>
std::vector<T> all_of(Keys& keys, const std::string& key, const std::string& name, T (*one)(Keys)) {
  const auto* array = keys.node<toml::array>(key);
  if (!array || !array->is_homogeneous<toml::table>()) keys.fail("no " + key);
  std::vector<T> all;
  for (const auto& node : *array)
    all.push_back(one(Keys(*node.as_table(), name + ", " + key + " " + std::to_string(all.size() + 1))));
  return all;
}

}  // namespace

Layout parse_layout(const std::string& name, std::string_view text) {
  toml::table table;
  try {
    table = toml::parse(text);
  } catch (const toml::parse_error& error) {
    throw std::invalid_argument(name + ": " + std::string(error.description()));
  }
  Keys keys(table, name);
  Layout layout{name, keys.required<std::string>("title"), keys.required<std::string>("caption"),
                all_of(keys, "rows", name, row_of), all_of(keys, "columns", name, column_of)};
  keys.end();
  return layout;
}

const std::vector<Layout>& layouts() {
  static const std::vector<Layout> all = [] {
    std::vector<Layout> parsed;
    for (const auto& [name, text] : layout_texts()) parsed.push_back(parse_layout(name, text));
    return parsed;
  }();
  return all;
}

}  // namespace fedmeta::report

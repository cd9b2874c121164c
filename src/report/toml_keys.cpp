#include "report/toml_keys.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/joined.hpp"
#include "base/text.hpp"
#include "base/toml_text.hpp"

namespace fedmeta::report {
namespace {

/// "a text"; of a number, true and false the value.
std::string kind_of(const toml::node& node) {
  if (const auto* whole = node.as_integer())
    return whole->flags() == toml::value_flags::none ? std::to_string(whole->get()) : "not in decimal digits";
  if (const auto* real = node.as_floating_point()) {
    const auto text = general(real->get(), 9);
    return text.find_first_not_of("-0123456789") == std::string::npos ? text + ".0" : text;
  }
  if (node.is_string()) return "a text";
  if (const auto* truth = node.as_boolean()) return truth->get() ? "true" : "false";
  if (node.is_table()) return "a table";
  return node.is_array() ? "a list" : "a date or time";
}

std::string line_of(const toml::node& node) {
  return ", line " + std::to_string(node.source().begin.line);
}

}  // namespace

toml::table parse_toml(std::string_view text, const std::string& file) {
  check_toml_text(text, file);
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& error) {
    throw Error(Status::usage, "not TOML: " + std::string(error.description()),
                file + ", line " + std::to_string(error.source().begin.line),
                "correct the line: KEY = VALUE, with text in quotes and numbers of 64 bits");
  }
}

bool Keys::is_decimal(const toml::node& node) {
  const auto* whole = node.as_integer();
  return whole ? whole->flags() == toml::value_flags::none : node.is_floating_point();
}

double Keys::number_in(const toml::node& node) {
  const auto* whole = node.as_integer();
  return whole ? static_cast<double>(whole->get()) : node.as_floating_point()->get();
}

std::optional<double> Keys::optional(const std::string& key, const NumberRange& range) {
  const auto value = optional<double>(key);
  if (value && !(*value >= range.least && *value <= range.most))
    fail_at(key, key + " is " + general(*value, 9), std::string("give ") + range.description);
  return value;
}

double Keys::required(const std::string& key, const NumberRange& range) {
  const auto value = optional(key, range);
  if (!value) missing(key);
  return *value;
}

std::vector<Keys> Keys::entries(const std::string& key) {
  const std::string form = "[[" + key + "]]";
  const auto* node = find(key);
  const auto* list = node ? node->as_array() : nullptr;
  if (node && node->is_table())
    fail_at(key, "[" + key + "] is one table, not a list of them", "write " + form);
  if (node && !list) wrong_type(key, "tables, each below " + form);
  if (!list || list->empty()) fail("no " + key, "add one, below " + form + "; given are " + given());
  std::vector<Keys> all;
  for (const auto& entry : *list) {
    const auto name = key + " " + std::to_string(all.size() + 1);
    if (!entry.is_table()) fail_at(key, name + " is " + kind_of(entry), "give tables, each below " + form);
    auto& keys = all.emplace_back(*entry.as_table(), where_ + ", " + name);
    keys.line_ = line_of(entry);
  }
  return all;
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
  for (const auto& [name, node] : table_) {
    const std::string key(name.str());
    if (std::find(known_.begin(), known_.end(), key) != known_.end()) continue;
    const auto what = node.is_array_of_tables() ? "section [[" + key + "]]"
                      : node.is_table()         ? "section [" + key + "]"
                                                : "key " + key;
    fail_at(key, "unknown " + what, "use one of " + joined(known_, ", "));
  }
}

void Keys::fail(const std::string& what, const std::string& remedy) const {
  throw Error(Status::usage, what, where_ + line_, remedy);
}

void Keys::fail_at(const std::string& key, const std::string& what, const std::string& remedy) const {
  throw Error(Status::usage, what, where_ + line_of(*table_.get(key)), remedy);
}

void Keys::missing(const std::string& key) const {
  fail("no " + key, "add it; given are " + given());
}

void Keys::wrong_type(const std::string& key, const std::string& wanted) const {
  fail_at(key, key + " is " + kind_of(*table_.get(key)), "give " + wanted);
}

}  // namespace fedmeta::report

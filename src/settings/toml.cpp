#include "settings/toml.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>

#include "base/error.hpp"
#include "base/text.hpp"
#include "base/toml_text.hpp"
#include "data/text_file.hpp"

namespace fedmeta::settings {
namespace {

std::string line_of(const toml::source_position& position) {
  return ", line " + std::to_string(position.line);
}

/// Returns a single value as it would appear on a command line.
std::string text_of(const toml::node& node, const std::string& where) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* number = node.as_integer()) {
    if (number->flags() != toml::value_flags::none)
      throw Error(Status::usage, "not a decimal number", where, "write it in decimal digits");
    return std::to_string(number->get());
  }
  if (const auto* number = node.as_floating_point()) return toml_value(number->get());
  if (const auto* truth = node.as_boolean()) return truth->get() ? "true" : "false";
  throw Error(Status::usage, "not a text, a number, true or false, or a list of these", where,
              "see fedmeta_bench --print-config for how settings are written");
}

std::vector<std::string> texts_of(const toml::node& node, const std::string& where) {
  const auto* list = node.as_array();
  if (!list) return {text_of(node, where)};
  if (list->empty()) throw Error(Status::usage, "an empty list", where, "name at least one, or leave it out");
  std::vector<std::string> texts;
  for (const auto& value : *list) texts.push_back(text_of(value, where));
  return texts;
}

toml::table parsed(std::string_view text, const std::string& file) {
  check_toml_text(text, file);
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& error) {
    throw Error(Status::usage, "not TOML: " + std::string(error.description()),
                file + line_of(error.source().begin), "write KEY = VALUE, with text in quotes");
  }
}

/// Returns a table's keys and nodes in the order of the file; toml++ sorts them by name.
std::vector<std::pair<std::string, const toml::node*>> in_order(const toml::table& table) {
  std::vector<std::pair<std::string, const toml::node*>> nodes;
  for (const auto& [key, node] : table) nodes.emplace_back(key.str(), &node);
  std::ranges::sort(nodes, {}, [](const auto& entry) { return entry.second->source().begin.line; });
  return nodes;
}

bool is_text(const toml::node& node) {
  const auto* list = node.as_array();
  return node.is_string() || (list && (list->empty() || list->is_homogeneous<std::string>()));
}

}  // namespace

std::string toml_value(const std::string& text) {
  // toml++ would drop bytes that are not UTF-8. Here a path that has them is written in full, and refused
  // when the file is read.
  std::string quoted = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') quoted += '\\';
    if (byte < ' ' || byte == 0x7f)
      quoted += "\\u" + hexadecimal(byte, 4, Letters::capital);
    else
      quoted += c;
  }
  return quoted + '"';
}

std::string toml_value(double number) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
  return {text.data(), end};
}

std::vector<TomlSection> toml_sections(std::string_view text, const std::string& file) {
  const auto root = parsed(text, file);
  std::vector<TomlSection> sections;
  for (const auto& [name, node] : in_order(root)) {
    const auto* table = node->as_table();
    if (!table)
      throw Error(Status::usage, "a key in no section", name + " in " + file + line_of(node->source().begin),
                  "put it below a [SECTION]");
    auto& section = sections.emplace_back(TomlSection{name, {}});
    for (const auto& [key, value] : in_order(*table))
      section.items.push_back({key, texts_of(*value, key + " in " + file + line_of(value->source().begin))});
  }
  return sections;
}

std::vector<CLI::ConfigItem> TomlConfig::from_config(std::istream& in) const {
  const auto file = app_.get_config_ptr()->as<std::string>();
  const std::string text(std::istreambuf_iterator<char>(in), {});
  if (data::is_wide_text(text))
    throw Error(Status::usage, "the configuration is UTF-16 or UTF-32 text", file,
                "write it as UTF-8, as with: iconv -f UTF-16 -t UTF-8");
  const auto settings = parsed(std::string_view(text).substr(data::byte_order_mark(text)), file);
  std::vector<CLI::ConfigItem> items;
  for (const auto& [key, node] : settings) {
    const std::string name(key.str());
    const auto where = name + " in " + file + line_of(node.source().begin);
    if (node.is_table())
      throw Error(Status::usage, "settings have no sections", where,
                  "write KEY = VALUE alone, and set = [\"ALGORITHM.KEY=VALUE\"] for one algorithm");
    const auto* option = app_.get_option_no_throw("--" + name);
    if (option && option->get_type_name().starts_with("TEXT") && !is_text(node))
      throw Error(Status::usage, "text without quotes", where, "write " + name + " = \"VALUE\"");
    const auto* list = node.as_array();
    if (name == "set" && list && list->empty()) continue;  // an empty list sets nothing
    CLI::ConfigItem item;
    item.name = name;
    item.inputs = texts_of(node, where);
    items.push_back(std::move(item));
  }
  return items;
}

}  // namespace fedmeta::settings

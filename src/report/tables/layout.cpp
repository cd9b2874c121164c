#include "report/tables/layout.hpp"

#include <map>

#include "report/toml_keys.hpp"

namespace fedmeta::report {
namespace {

record::AttributeValue value_of(const toml::node& node, const Keys& keys) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* truth = node.as_boolean()) return truth->get();
  if (const auto* whole = node.as_integer()) return whole->get();
  if (const auto* real = node.as_floating_point()) return real->get();
  keys.fail("a value that is neither a text nor a number nor a switch", "give one of these");
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

}  // namespace

Layout parse_layout(const std::string& name, std::string_view text) {
  const toml::table table = parse_toml(text, name);
  Keys keys(table, name);
  Layout layout{name, keys.required<std::string>("title"), keys.required<std::string>("caption"),
                all_of(keys, "rows", row_of), all_of(keys, "columns", column_of)};
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

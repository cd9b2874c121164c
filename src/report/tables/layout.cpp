#include "report/tables/layout.hpp"

#include "report/tables/layout_row.hpp"

namespace fedmeta::report {
namespace {

record::AttributeValue attribute_value(const toml::node& node, const Keys& keys) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* truth = node.as_boolean()) return truth->get();
  if (const auto* whole = node.as_integer()) return whole->get();
  if (const auto* real = node.as_floating_point()) return real->get();
  keys.fail("a value that is neither a text nor a number nor a switch nor a range", "give one of these");
}

Condition condition_of(const std::string& name, const toml::node& node, const Keys& keys) {
  if (!node.is_table()) return {.name = name, .value = attribute_value(node, keys)};
  Keys range(*node.as_table(), name);
  Condition condition{
      .name = name, .from = range.optional<double>("from"), .below = range.optional<double>("below")};
  range.end();
  return condition;
}

Conditions conditions_of(const toml::table& table, const Keys& keys) {
  Conditions conditions;
  for (const auto& [key, node] : table)
    conditions.push_back(condition_of(std::string(key.str()), node, keys));
  return conditions;
}

LayoutRow table_row_of(Keys keys) {
  auto row = row_of(keys);
  keys.end();
  return row;
}

LayoutColumn column_of(Keys keys) {
  LayoutColumn column{keys.required<std::string>("title"),
                      keys.required<std::string>("dataset"),
                      keys.required<double>("support"),
                      keys.required<std::string>("shows"),
                      keys.optional<std::string>("split"),
                      keys.optional<double>("reaches"),
                      keys.optional<double>("smoothing").value_or(0)};
  keys.end();
  return column;
}

}  // namespace

LayoutRow row_of(Keys& keys) {
  LayoutRow row{keys.required<std::string>("title"), keys.required<std::string>("algorithm"), {}};
  if (const auto* where = keys.optional_node<toml::table>("where")) {
    row.where.push_back(conditions_of(*where, keys));
  } else if (const auto* alternatives = keys.node<toml::array>("where")) {
    for (const auto& node : *alternatives) {
      if (!node.is_table()) keys.fail("where has the wrong type", "give tables, { KEY = VALUE }");
      row.where.push_back(conditions_of(*node.as_table(), keys));
    }
  }
  return row;
}

Layout parse_layout(const std::string& name, std::string_view text) {
  const toml::table table = parse_toml(text, name);
  Keys keys(table, name);
  Layout layout{name,
                keys.required<std::string>("title"),
                keys.required<std::string>("caption"),
                keys.optional<bool>("external").value_or(false),
                all_of(keys, "rows", table_row_of),
                all_of(keys, "columns", column_of)};
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

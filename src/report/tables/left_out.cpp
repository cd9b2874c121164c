#include "report/tables/left_out.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "base/joined.hpp"
#include "data/registry.hpp"
#include "report/tables/layout_match.hpp"

namespace fedmeta::report {
namespace {

/// Texts by a text, in the order in which they came.
using Lists = std::vector<std::pair<std::string, std::vector<std::string>>>;

void add_once(Lists& lists, const std::string& key, const std::string& text) {
  auto list = std::ranges::find(lists, key, &Lists::value_type::first);
  if (list == lists.end()) list = lists.insert(lists.end(), {key, {}});
  if (std::ranges::find(list->second, text) == list->second.end()) list->second.push_back(text);
}

std::string asked(const Condition& condition) {
  if (condition.value) return text_of(*condition.value);
  if (!condition.from) return fmt::format("below {:g}", condition.below.value_or(0));
  return condition.below ? fmt::format("{:g} to below {:g}", *condition.from, *condition.below)
                         : fmt::format("{:g} or more", *condition.from);
}

std::string own_size(const Method& method, const std::string& name) {
  const auto value = value_of(method, name);
  const auto* real = value ? std::get_if<double>(&*value) : nullptr;
  return real ? fmt::format("{:.3g}", *real) : value ? text_of(*value) : "none";
}

/// Returns "clients-per-round 1, not 5 or 20" of the places that fewest sizes keep the method out of; nothing
/// where it is in a place, or differs in kind from all.
std::string size_reason(const Method& method, const std::vector<Place>& places,
                        const std::vector<Comparison>& comparisons) {
  std::vector<Conditions> near;
  for (const Place& place : places) {
    const auto missed = misses(method, *place.row);
    if (missed && missed->empty()) return "";
    if (missed && candidates(comparisons, *place.row, place.dataset, place.support).empty())
      near.push_back(*missed);
  }
  if (near.empty()) return "";
  const auto fewest = std::ranges::min_element(near, {}, std::ranges::size)->size();
  Lists sizes;
  for (const Conditions& missed : near)
    for (const Condition& condition : missed)
      if (missed.size() == fewest) add_once(sizes, condition.name, asked(condition));
  std::vector<std::string> texts;
  for (const auto& [name, values] : sizes)
    texts.push_back(option_name(name) + " " + own_size(method, name) + ", not " + data::either_of(values));
  return joined(texts, "; ");
}

std::vector<Place> places_on(const std::vector<Place>& places, const Setting& setting) {
  std::vector<Place> own;
  std::ranges::copy_if(places, std::back_inserter(own), [&](const Place& place) {
    return place.dataset == setting.dataset && std::abs(place.support - setting.support_fraction) < 1e-9;
  });
  return own;
}

}  // namespace

std::vector<Place> places_of(const Layout& layout) {
  std::vector<Place> places;
  for (const LayoutColumn& column : layout.columns)
    for (const LayoutRow& row : layout.rows) places.push_back({&row, column.dataset, column.support});
  return places;
}

std::vector<std::string> left_out(const std::string& title, const std::vector<Place>& places,
                                  const std::vector<Comparison>& comparisons) {
  Lists methods;  // by reason
  for (const Comparison& comparison : comparisons) {
    const auto own = places_on(places, comparison.setting);
    for (const Method& method : comparison.methods)
      if (const auto why = size_reason(method, own, comparisons); !why.empty())
        add_once(methods, why, method.name + " of " + comparison.name);
  }
  std::vector<std::string> lines;
  for (const auto& [why, names] : methods)
    lines.push_back(fmt::format("{} lacks {}: {}", title, joined(names, "; "), why));
  return lines;
}

}  // namespace fedmeta::report

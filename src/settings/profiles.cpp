#include "settings/profiles.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "command_line/nearest.hpp"
#include "data/registry.hpp"

namespace fedmeta::settings {
namespace {

constexpr const char* of_all = "profiles";  // profiles.toml, which belongs to no data set

std::vector<TomlSection> sections_of(const std::string& file) {
  return toml_sections(profile_texts().at(file), file + ".toml");
}

const TomlSection* find(const std::vector<TomlSection>& sections, const std::string& name) {
  const auto found = std::ranges::find(sections, name, &TomlSection::name);
  return found == sections.end() ? nullptr : &*found;
}

/// Removes a key that is not an option from a section. Returns its value, or "" if it is absent.
std::string take(TomlSection& section, const std::string& key) {
  const auto found = std::ranges::find(section.items, key, &TomlItem::key);
  if (found == section.items.end()) return "";
  auto value = found->values.front();
  section.items.erase(found);
  return value;
}

/// Throws Error(usage) unless the data set's file has a section of the profile: a source that used few data
/// sets says nothing about the others.
void require_own_section(const std::string& profile, const std::string& dataset) {
  if (find(sections_of(dataset), profile)) return;
  std::vector<std::string> used;
  for (const auto& name : data::dataset_names())
    if (find(sections_of(name), profile)) used.push_back(name);
  throw Error(Status::usage, "this source did not use this data set",
              "--profile " + profile + " with --dataset " + dataset,
              "use --dataset " + data::either_of(used));
}

}  // namespace

std::vector<std::string> profile_names() {
  std::vector<std::string> names;
  for (const auto& section : sections_of(of_all)) names.push_back(section.name);
  return names;
}

std::vector<TomlItem> profile_items(const std::string& profile, const std::string& dataset) {
  const auto sections = sections_of(of_all);
  const auto* found = find(sections, profile);
  if (!found)
    throw Error(Status::usage, "unknown profile", "--profile " + profile,
                command_line::did_you_mean(profile, profile_names()));
  data::dataset_named(dataset);  // throws for an unknown one
  auto own = *found;
  if (take(own, "few-data-sets") == "true") require_own_section(profile, dataset);
  const auto base = take(own, "base");
  auto items = base.empty() ? std::vector<TomlItem>() : profile_items(base, dataset);
  items.insert(items.end(), own.items.begin(), own.items.end());
  const auto of_dataset = sections_of(dataset);
  if (const auto* more = find(of_dataset, profile))
    items.insert(items.end(), more->items.begin(), more->items.end());
  return items;
}

}  // namespace fedmeta::settings

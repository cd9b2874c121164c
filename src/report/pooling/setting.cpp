#include "report/pooling/setting.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "data/registry.hpp"
#include "report/output/table.hpp"

namespace fedmeta::report {
namespace {

constexpr const char* usual_division = "random";

std::optional<double> target_of(const record::Run& run) {
  if (run.target) return run.target->accuracy;
  for (const auto& [name, value] : run.header.hyperparameters) {
    const double* target = name == "target_accuracy" ? std::get_if<double>(&value) : nullptr;
    if (target && *target > 0 && *target <= 1) return *target;
  }
  return std::nullopt;
}

/// Returns the target of a run. A run without one shares that of the other runs in its file.
std::optional<double> target_of(const record::Run& run, const record::Results& file) {
  if (const auto own = target_of(run)) return own;
  for (const record::Run& other : file.runs)
    if (const auto target = target_of(other)) return target;
  return std::nullopt;
}

bool is_variant(const std::string& attribute, const std::string& dataset) {
  const auto name = option_name(attribute);
  const auto& options = data::dataset_named(dataset).options;
  return std::any_of(options.begin(), options.end(),
                     [&](const data::DatasetOption& option) { return option.name == name; });
}

std::string title_of(const Setting& setting) {
  const auto& dataset = data::dataset_named(setting.dataset);
  std::string title = data_title(setting);
  if (setting.client_count) title += fmt::format(", {} {}", setting.client_count, dataset.clients);
  title += fmt::format(", {}% support", std::lround(100 * setting.support_fraction));
  return title + (setting.division == usual_division ? "" : " (" + setting.division + ")");
}

/// Returns what may tell two settings of the same title apart, what says most first.
std::vector<std::string> aspects(const Setting& setting) {
  std::vector<std::string> all;
  for (const auto& [name, value] : setting.variants) all.push_back(option_name(name) + " " + text_of(value));
  all.push_back("data from " + setting.source);
  all.push_back(setting.target ? "target " + number(100 * *setting.target) + "%" : "no target");
  all.push_back(setting.data_seed ? "data seed " + std::to_string(*setting.data_seed) : "all data seeds");
  all.push_back("support share " + number(setting.support_fraction));
  all.push_back(setting.clients ? fmt::format("clients {:016x}", *setting.clients) : "all clients");
  return all;
}

/// Returns those of the aspects, in the order of the first list, by which the lists are told apart.
std::vector<std::string> telling(const std::vector<std::vector<std::string>>& lists, std::size_t of) {
  std::vector<std::string> chosen;
  std::vector<std::vector<std::string>> so_far(lists.size());
  std::size_t most = 0;
  for (const auto& list : lists) most = std::max(most, list.size());
  const auto ways = [](const auto& all) { return std::set(all.begin(), all.end()).size(); };
  for (std::size_t a = 0; a < most; ++a) {
    auto more = so_far;
    for (std::size_t i = 0; i < lists.size(); ++i) more[i].push_back(a < lists[i].size() ? lists[i][a] : "");
    if (ways(more) == ways(so_far)) continue;
    so_far = more;
    if (a < lists[of].size()) chosen.push_back(lists[of][a]);
  }
  return chosen;
}

}  // namespace

Setting setting_of(const record::Run& run, const record::Results& file, std::uint64_t fingerprint,
                   bool pool_data_seeds) {
  const record::Data& data = file.data;
  Setting setting{data.dataset, data.source,    data.division, data.support_fraction, target_of(run, file),
                  {},           data.data_seed, fingerprint,   data.client_id.size()};
  for (const auto& attribute : run.header.hyperparameters)
    if (is_variant(attribute.first, data.dataset)) setting.variants.push_back(attribute);
  if (pool_data_seeds) setting.data_seed.reset(), setting.clients.reset(), setting.client_count = 0;
  return setting;
}

std::string data_title(const Setting& setting) {
  return data::dataset_named(setting.dataset).title + (setting.source == "generated" ? " (generated)" : "");
}

bool is_of_the_setting(const std::string& attribute, const std::string& dataset) {
  static const std::set<std::string> names{"support_fraction", "division", "data_seed", "target_accuracy"};
  return names.contains(attribute) || is_variant(attribute, dataset);
}

std::vector<std::string> titles(const std::vector<Setting>& settings) {
  std::vector<std::string> all;
  for (const Setting& setting : settings) {
    std::vector<std::vector<std::string>> alike;
    std::size_t own = 0;
    for (const Setting& other : settings) {
      if (&other == &setting) own = alike.size();
      if (title_of(other) == title_of(setting)) alike.push_back(aspects(other));
    }
    std::string title = title_of(setting);
    for (const auto& aspect : telling(alike, own)) title += ", " + aspect;
    all.push_back(title);
  }
  return all;
}

std::string option_name(std::string attribute) {
  std::replace(attribute.begin(), attribute.end(), '_', '-');
  return attribute;
}

std::string text_of(const record::AttributeValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* truth = std::get_if<bool>(&value)) return *truth ? "true" : "false";
  if (const auto* real = std::get_if<double>(&value)) return number(*real);
  return std::to_string(std::get<std::int64_t>(value));
}

}  // namespace fedmeta::report

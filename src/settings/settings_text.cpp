// Settings as text: the TOML of --print-config, and the attributes of runs in the results file.

#include <algorithm>
#include <filesystem>

#include "data/registry.hpp"
#include "settings/options.hpp"

namespace fedmeta::settings {
namespace {

/// Returns ALGORITHM.KEY=VALUE for every value of a method that differs from `shared`.
std::vector<std::string> set_for(algorithms::Method method, const OptionTable& shared) {
  std::vector<std::string> set;
  for_each(method.rows(), [&](const OptionRow& row) {
    auto value = toml_text(row);
    if (value == toml_text(*options::find(shared, row.name))) return;
    std::erase(value, '"');  // texts are single words here
    set.push_back(method.name() + "." + row.name + "=" + value);
  });
  return set;
}

bool is_of_network(const OptionRow& row) {
  return row.name == "model" || row.name == "init";
}

/// Returns a data set's option as an attribute. Of a file it has the name alone: where it lay says nothing of
/// the data.
record::AttributeValue without_folder(const data::DatasetOption& option, const data::OptionValue& value) {
  const auto* path = std::get_if<std::string>(&value);
  if (!path || !std::holds_alternative<std::monostate>(option.accepted)) return value;
  return std::filesystem::path(*path).filename().string();
}

}  // namespace

std::string model_name(const Settings& settings) {
  if (settings.model != "auto") return settings.model;
  return data::dataset_named(settings.source.dataset).network;
}

model::ModelPlan model_plan(const Settings& settings, const data::SampleForm& form, at::Tensor vectors) {
  model::ModelPlan plan;
  plan.name = model_name(settings);
  plan.classes = form.classes;
  plan.features = 1;
  for (const auto side : form.shape) plan.features *= side;
  plan.tokens = form.tokens;
  plan.vectors = std::move(vectors);
  plan.options = settings.network;
  return plan;
}

std::string settings_toml(const Settings& settings) {
  Settings s = settings;
  // Values that differ between algorithms are written as `set`, all others once.
  s.set.clear();
  const auto shared = hyperparameters(s);
  for (const auto& method : s.methods)
    for (auto& entry : set_for(method, shared)) s.set.push_back(std::move(entry));
  std::string toml;
  for_each(all_options(s), [&](const OptionRow& row) {
    const auto value = toml_text(row);
    if (value != "\"\"" && value != "[]") toml += row.name + " = " + value + "\n";
  });
  return toml;
}

std::vector<std::pair<std::string, record::AttributeValue>> run_attributes(const Settings& settings,
                                                                           algorithms::Method method) {
  std::vector<std::pair<std::string, record::AttributeValue>> attributes;
  const auto add = [&](const OptionRow& row) {
    attributes.emplace_back(attribute_name(row), attribute(row));
  };
  Settings s = settings;
  const auto own = method.rows();
  for_each(hyperparameters(s), [&](const OptionRow& shared) {
    if (const auto* read = options::find(own, shared.name)) add(*read);
  });
  s.model = model_name(settings);
  const auto others = other_options(s);
  for_each(others, [&](const OptionRow& row) {
    if (row.is_recorded && (method.has_network() || !is_of_network(row))) add(row);
  });
  for (const auto& option : data::dataset_named(s.source.dataset).options)
    attributes.emplace_back(attribute_name(*options::find(others, option.name)),
                            without_folder(option, s.source.options.at(option.name)));
  return attributes;
}

}  // namespace fedmeta::settings

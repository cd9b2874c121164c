// Settings as text: the TOML of --print-config, and the attributes of runs in the results file.

#include <algorithm>

#include "data/registry.hpp"
#include "settings/options.hpp"

namespace fedmeta::settings {
namespace {

/// ALGORITHM.KEY=VALUE for what `own` has otherwise than `shared`.
std::vector<std::string> set_for(algorithms::Protocol own, algorithms::Protocol shared) {
  std::vector<std::string> of_shared, set;
  for_each(hyperparameters(shared), [&](const OptionRow& row) { of_shared.push_back(toml_text(row)); });
  auto other = of_shared.begin();
  for_each(hyperparameters(own), [&](const OptionRow& row) {
    auto value = toml_text(row);
    if (value == *other++) return;
    std::erase(value, '"');  // texts are words here
    set.push_back(own.algorithm + "." + row.name + "=" + value);
  });
  return set;
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
  plan.head = settings.head;
  plan.lstm_bias = settings.lstm_bias;
  plan.activation = settings.activation;
  return plan;
}

std::string settings_toml(const Settings& settings) {
  Settings s = settings;
  // What differs between algorithms is written as `set`; the rest once for all.
  s.protocol = s.protocols.front();
  s.set.clear();
  for (const auto& protocol : s.protocols)
    for (auto& entry : set_for(protocol, s.protocol)) s.set.push_back(std::move(entry));
  std::string toml;
  for_each(all_options(s), [&](const OptionRow& row) {
    const auto value = toml_text(row);
    if (value != "\"\"" && value != "[]") toml += row.name + " = " + value + "\n";
  });
  return toml;
}

std::vector<std::pair<std::string, record::AttributeValue>> run_attributes(const Settings& settings,
                                                                           algorithms::Protocol protocol) {
  std::vector<std::pair<std::string, record::AttributeValue>> attributes;
  const auto add = [&](const OptionRow& row) {
    attributes.emplace_back(attribute_name(row), attribute(row));
  };
  for_each(hyperparameters(protocol), add);
  Settings s = settings;
  s.model = model_name(settings);
  for_each(all_options(s), [&](const OptionRow& row) {
    if (row.is_recorded) add(row);
  });
  return attributes;
}

}  // namespace fedmeta::settings

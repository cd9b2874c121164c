// Settings as text: the TOML of --print-config, and the attributes of runs in the results file.

#include <CLI/CLI.hpp>

#include <algorithm>

#include "app/options.hpp"

namespace fedmeta::app {
namespace {

using KeyValues = std::vector<std::pair<std::string, std::string>>;

/// Name and present value of each option as TOML, in the order added; those that are empty are left out.
KeyValues present_values(CLI::App& app) {
  KeyValues values;
  for (auto* o : app.get_options([](const CLI::Option* option) { return option->get_configurable(); })) {
    const auto value = o->capture_default_str()->get_default_str();
    if (value != "\"\"" && value != "[]") values.emplace_back(o->get_single_name(), value);
  }
  return values;
}

/// As the command line has them: their texts are words, which need no quotes.
KeyValues hyperparameters(federate::Protocol protocol) {
  CLI::App app;
  app.set_help_flag();
  add_hyperparameters(app, protocol);
  auto values = present_values(app);
  for (auto& [name, value] : values) std::erase(value, '"');
  return values;
}

}  // namespace

std::string model_name(const Settings& settings) {
  if (settings.model != "auto") return settings.model;
  if (settings.source.dataset == "shakespeare" || settings.source.dataset == "sent140") return "lstm";
  if (settings.source.dataset == "synthetic") return "lr";
  return settings.source.dataset == "production" ? "nn" : "cnn";
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
  const auto shared = hyperparameters(s.protocol);
  for (const auto& protocol : s.protocols) {
    const auto own = hyperparameters(protocol);
    for (std::size_t i = 0; i < own.size(); ++i)
      if (own[i] != shared[i]) s.set.push_back(protocol.algorithm + "." + own[i].first + "=" + own[i].second);
  }
  CLI::App app;
  app.set_help_flag();
  add_options(app, s);
  std::string toml;
  for (const auto& [name, value] : present_values(app)) toml += name + " = " + value + "\n";
  return toml;
}

std::vector<std::pair<std::string, record::AttributeValue>> run_attributes(
    const Settings& settings, const federate::Protocol& protocol) {
  std::vector<std::pair<std::string, record::AttributeValue>> attributes;
  for (auto [name, value] : hyperparameters(protocol)) {
    const bool real = name.ends_with("-lr") || name.ends_with("-momentum") || name.ends_with("-decay");
    const bool whole = !real && value.find_first_not_of("-0123456789") == std::string::npos;
    std::replace(name.begin(), name.end(), '-', '_');
    if (real)
      attributes.emplace_back(name, std::stod(value));
    else if (whole)
      attributes.emplace_back(name, static_cast<std::int64_t>(std::stoll(value)));
    else
      attributes.emplace_back(name, value);
  }
  attributes.emplace_back("init", settings.init);
  attributes.emplace_back("model", model_name(settings));
  attributes.emplace_back("support_fraction", settings.support_fraction);
  attributes.emplace_back("division", settings.division);
  attributes.emplace_back("data_seed", settings.data_seed);
  attributes.emplace_back("eval_every", settings.eval_every);
  attributes.emplace_back("eval_on", settings.eval_on);
  attributes.emplace_back("eval_clients", settings.eval_clients);
  attributes.emplace_back("target_accuracy", settings.target_accuracy);
  attributes.emplace_back("precision", settings.precision);
  attributes.emplace_back("reduction", settings.reduction);
  attributes.emplace_back("placement", settings.placement);
  attributes.emplace_back("profile", settings.profile);
  attributes.emplace_back("scale", settings.scale);
  return attributes;
}

}  // namespace fedmeta::app

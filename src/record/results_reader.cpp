#include "record/results_reader.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <utility>

#include "base/error.hpp"
#include "base/input_file.hpp"
#include "base/joined.hpp"
#include "base/text.hpp"
#include "data/registry.hpp"
#include "record/file_seal.hpp"
#include "record/known_names.hpp"
#include "record/results_check.hpp"
#include "record/schema.hpp"
#include "record/table.hpp"

namespace fedmeta::record {
namespace {

template <class Struct, class Attributes>
void read_attributes(const h5::Node& node, Struct& into, const Attributes& attributes) {
  schema::for_each(attributes, [&]<class T>(const schema::Attribute<Struct, T>& a) {
    into.*a.member = h5::attribute<T>(node, a.name);
  });
}

/// Reads a column of a struct that holds one vector per column.
template <class Struct, class T>
void read_vector(const h5::Node& group, Struct& into, const schema::Column<Struct, std::vector<T>>& column) {
  h5::lengths_to_read(h5::open_dataset(group, column.field.name), 1);
  into.*column.member = h5::read<T>(group, column.field.name).values;
}

void check_known(const char* what, const std::string& name, const std::vector<std::string>& known,
                 const h5::Node& node) {
  if (!is_known(name, known))
    throw Error(Status::own_file, std::string("unknown ") + what + " `" + name + "`", node.name,
                "use the program version that wrote the file; this one knows " + joined(known, ", "));
}

void check_fraction(const char* what, double value, const h5::Node& node) {
  if (value >= 0 && value <= 1) return;
  throw Error(Status::own_file, std::string(what) + " is " + general(value, 9) + ", not from 0 to 1",
              node.name, "check that it is a complete file of this program");
}

System read_system(const h5::Node& group) {
  System system;
  schema::for_each(schema::system_columns, [&](const auto& c) { read_vector(group, system, c); });
  if (h5::exists(group, schema::gemm_end_column.field.name))
    read_vector(group, system, schema::gemm_end_column);
  schema::for_each(schema::later_system_columns, [&](const auto& c) {
    if (h5::exists(group, c.field.name)) read_vector(group, system, c);
  });
  const auto read_later = [&]<class Struct, class T>(Struct& into, const schema::Attribute<Struct, T>& a) {
    if (h5::has_attribute(group, a.name)) into.*a.member = h5::attribute<T>(group, a.name);
  };
  read_later(system, schema::slurm_attribute);
  read_later(system, schema::gpus_attribute);
  schema::for_each(schema::clock_attributes, [&](const auto& a) { read_later(system.clocks, a); });
  return system;
}

Data read_data(const h5::Node& group) {
  Data data;
  read_attributes(group, data, schema::data_attributes);
  if (h5::has_attribute(group, std::get<0>(schema::reading_attributes).name))  // older files lack them
    read_attributes(group, data, schema::reading_attributes);
  check_known("data set", data.dataset, data::dataset_names(), group);
  check_known("source of the data", data.source, source_names, group);
  check_fraction("support_fraction", data.support_fraction, group);
  schema::for_each(schema::data_columns, [&](const auto& c) { read_vector(group, data, c); });
  if (h5::exists(group, schema::classes_column.field.name)) {
    read_vector(group, data, schema::classes_column);
    read_attributes(group, data, std::tuple{schema::classes_attribute});
  }
  return data;
}

/// Returns the schema version. Throws Error(own_file) for a file of another program or version.
std::int32_t check_schema(const h5::Node& file) {
  if (!h5::has_attribute(file, "schema_version"))
    throw Error(Status::own_file, "not a results file: no schema_version", file.name,
                "give a file written by " + std::string(schema::program));
  const auto found = h5::attribute<std::int32_t>(file, "schema_version");
  if (found < 1 || found > schema::version)
    throw Error(Status::own_file, "results file has schema version " + std::to_string(found), file.name,
                "use the program version that wrote it; this one reads schema versions up to " +
                    std::to_string(schema::version));
  return found;
}

AttributeValue read_value(const h5::Node& node, const std::string& name) {
  switch (h5::attribute_kind(node, name)) {
    case h5::AttributeKind::byte:
      return h5::attribute<std::uint8_t>(node, name) != 0;
    case h5::AttributeKind::integer:
      return h5::attribute<std::int64_t>(node, name);
    case h5::AttributeKind::real:
      return h5::attribute<double>(node, name);
    case h5::AttributeKind::text:
      break;
  }
  return h5::attribute<std::string>(node, name);
}

/// Converts an attribute of schema version 1 to its type. That version stored switches as text, and decays of
/// Adam's mean as text if they had a decimal point, else as whole numbers.
AttributeValue of_version_1(const std::string& name, AttributeValue value) {
  const auto* text = std::get_if<std::string>(&value);
  if (text && (*text == "true" || *text == "false")) return *text == "true";
  if (!name.ends_with("_beta1")) return value;
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return static_cast<double>(*whole);
  double real = 0;
  if (text && std::from_chars(text->data(), text->data() + text->size(), real).ec == std::errc()) return real;
  return value;
}

/// Returns whether a run's attribute is a hyper-parameter: every one that the schema does not name is.
bool is_hyperparameter(const std::string& name) {
  bool named = name == "status";
  schema::for_each(schema::run_attributes, [&](const auto& a) { named = named || name == a.name; });
  return !named;
}

RunHeader read_run_header(const h5::Node& group, std::int32_t version) {
  RunHeader header;
  read_attributes(group, header, schema::run_attributes);
  for (const std::string& name : h5::attribute_names(group))
    if (is_hyperparameter(name)) {
      const auto value = read_value(group, name);
      header.hyperparameters.emplace_back(name, version == 1 ? of_version_1(name, value) : value);
    }
  return header;
}

cost::TargetRow read_target(const h5::Node& group) {
  cost::TargetRow target;
  schema::for_each(schema::target_columns, [&]<class T>(const schema::Column<cost::TargetRow, T>& c) {
    const auto values = h5::read<T>(group, c.field.name).values;
    if (values.size() != 1)
      throw Error(Status::own_file, std::string("not one value but ") + std::to_string(values.size()),
                  group.name + "/" + c.field.name, "check that it is a complete file of this program");
    target.*c.member = values.front();
  });
  return target;
}

Phases read_phases(const h5::Node& group) {
  Phases phases;
  read_vector(group, phases, schema::phase_seconds);
  const char* energy = schema::phase_energy.field.name;
  if (!h5::exists(group, energy)) return phases;
  read_vector(group, phases, schema::phase_energy);
  phases.energy_source = h5::attribute<std::string>(h5::open_dataset(group, energy), schema::energy_source);
  return phases;
}

/// Throws unless the group has the name of its run.
void check_name(const h5::Node& group, const RunHeader& header) {
  if (!group.name.ends_with("/runs/" + header.algorithm + "/seed" + std::to_string(header.seed)))
    throw Error(Status::own_file,
                "the run is " + header.algorithm + " with seed " + std::to_string(header.seed), group.name,
                "check that it is a complete file of this program");
}

/// A program that was killed while it flushed may have left evaluations of rounds that are not in the file
/// yet.
void leave_out_later(Run& run) {
  const auto is_later = [&](std::int32_t round) {
    return round > static_cast<std::int32_t>(run.rounds.size());
  };
  std::erase_if(run.evaluations, [&](const auto& row) { return is_later(row.round); });
  if (run.target && is_later(run.target->round)) run.target.reset();
}

Run read_run(const h5::Node& group, std::int32_t version) {
  Run run;
  run.header = read_run_header(group, version);
  check_name(group, run.header);
  run.status = h5::attribute<std::string>(group, "status");
  const auto length = run.status == "complete" ? TableLength::equal : TableLength::shortest;
  const h5::Node rounds = h5::open_group(group, "rounds");
  run.rounds = read_table<cost::RoundRow>(rounds, schema::round_columns, length);
  schema::for_each(schema::later_round_columns,
                   [&](const auto& column) { read_optional(rounds, column, run.rounds, length); });
  const h5::Node evaluations = h5::open_group(group, "evaluations");
  run.evaluations = read_table<cost::EvaluationRow>(evaluations, schema::evaluation_columns, length);
  read_optional(evaluations, schema::evaluation_top4, run.evaluations, length);
  read_optional(evaluations, schema::evaluation_initial_client_mean, run.evaluations, length);
  read_optional(evaluations, schema::evaluation_initial_loss, run.evaluations, length);
  if (h5::exists(group, "clients")) {
    const h5::Node clients = h5::open_group(group, "clients");
    run.clients = read_table<cost::ClientRow>(clients, schema::client_columns, length);
    read_optional(clients, schema::client_top4, run.clients, length);
    read_optional(clients, schema::client_flops, run.clients, length);
  }
  if (h5::exists(group, schema::curve_group))
    run.curve =
        read_table<cost::CurveRow>(h5::open_group(group, schema::curve_group), schema::curve_columns, length);
  if (h5::exists(group, schema::self_curve_group))
    run.self_curve = read_table<cost::SelfCurveRow>(h5::open_group(group, schema::self_curve_group),
                                                    schema::self_curve_columns, length);
  if (h5::exists(group, "target")) run.target = read_target(h5::open_group(group, "target"));
  if (h5::exists(group, schema::phases_group))
    run.phases = read_phases(h5::open_group(group, schema::phases_group));
  if (run.status == "running") leave_out_later(run);
  return run;
}

std::optional<h5::Node> open_model(const h5::Node& file, const RunHeader& run) {
  const h5::Node group = h5::open_group(h5::open_group(h5::open_group(file, "runs"), run.algorithm),
                                        "seed" + std::to_string(run.seed));
  if (!h5::exists(group, "model")) return {};
  return h5::open_group(group, "model");
}

std::vector<Run> read_runs(const h5::Node& runs, std::int32_t version) {
  std::vector<Run> all;
  for (const std::string& algorithm : h5::members(runs)) {
    const auto first = all.size();
    const h5::Node group = h5::open_group(runs, algorithm);
    for (const std::string& seed : h5::members(group))
      all.push_back(read_run(h5::open_group(group, seed), version));
    std::sort(all.begin() + first, all.end(),
              [](const Run& a, const Run& b) { return a.header.seed < b.header.seed; });
  }
  return all;
}

}  // namespace

Results read_results(const std::filesystem::path& path) {
  check_regular_file(path, Status::own_file, std::string("give a results file of ") + schema::program);
  check_seal(path, Status::own_file);
  const h5::Node file = h5::open_file(path);
  auto results = read_results(file);
  const auto& status = results.header.status;
  if ((status == "complete" || status == "invalid") && h5::has_bytes_after_end(file) && !has_seal(path))
    throw Error(Status::own_file, "the file is damaged: its checksum is gone", file.name,
                "take another copy of it");
  return results;
}

Results read_results(const h5::Node& file) {
  const auto version = check_schema(file);
  Results results;
  read_attributes(file, results.header, schema::header_attributes);
  if (h5::has_attribute(file, schema::resumed_attribute.name))
    results.header.resumed = h5::attribute<std::string>(file, schema::resumed_attribute.name);
  results.system = read_system(h5::open_group(file, "system"));
  results.data = read_data(h5::open_group(file, "data"));
  results.runs = read_runs(h5::open_group(file, "runs"), version);
  check_results(results, file.name);
  return results;
}

std::optional<Model> read_model(const h5::Node& file, const RunHeader& run) {
  const auto stored = open_model(file, run);
  if (!stored) return {};
  Model model;
  model.layout = h5::attribute<std::string>(*stored, "layout");
  schema::for_each(schema::model_columns, [&](const auto& c) {
    if (h5::exists(*stored, c.field.name)) read_vector(*stored, model, c);
  });
  return model;
}

std::optional<ModelForm> read_model_form(const h5::Node& file, const RunHeader& run) {
  const auto stored = open_model(file, run);
  if (!stored) return {};
  return ModelForm{h5::attribute<std::string>(*stored, "layout"), h5::exists(*stored, "alpha")};
}

}  // namespace fedmeta::record

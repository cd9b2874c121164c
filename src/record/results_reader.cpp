#include "record/results_reader.hpp"

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "record/h5.hpp"
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

/// Columns of a struct that holds one vector per column.
template <class Struct, class T>
void read_vector(const h5::Node& group, Struct& into, const schema::Column<Struct, std::vector<T>>& column) {
  into.*column.member = h5::read<T>(group, column.field.name).values;
}

void check_schema(const h5::Node& file) {
  if (!h5::has_attribute(file, "schema_version"))
    throw Error(Status::own_file, "not a results file: no schema_version", file.name,
                "give a file written by " + std::string(schema::program));
  const auto found = h5::attribute<std::int32_t>(file, "schema_version");
  if (found != schema::version)
    throw Error(Status::own_file, "results file has schema version " + std::to_string(found), file.name,
                "use the program version that wrote it; this one reads schema version " +
                    std::to_string(schema::version));
}

AttributeValue read_value(const h5::Node& node, const std::string& name) {
  switch (h5::attribute_kind(node, name)) {
    case h5::AttributeKind::integer:
      return h5::attribute<std::int64_t>(node, name);
    case h5::AttributeKind::real:
      return h5::attribute<double>(node, name);
    case h5::AttributeKind::text:
      break;
  }
  return h5::attribute<std::string>(node, name);
}

/// Every attribute of a run that the schema does not name is a hyper-parameter.
bool is_hyperparameter(const std::string& name) {
  bool named = name == "status";
  schema::for_each(schema::run_attributes, [&](const auto& a) { named = named || name == a.name; });
  return !named;
}

RunHeader read_run_header(const h5::Node& group) {
  RunHeader header;
  read_attributes(group, header, schema::run_attributes);
  for (const std::string& name : h5::attribute_names(group))
    if (is_hyperparameter(name)) header.hyperparameters.emplace_back(name, read_value(group, name));
  return header;
}

cost::TargetRow read_target(const h5::Node& group) {
  cost::TargetRow target;
  schema::for_each(schema::target_columns, [&]<class T>(const schema::Column<cost::TargetRow, T>& c) {
    target.*c.member = h5::read<T>(group, c.field.name).values.at(0);
  });
  return target;
}

Run read_run(const h5::Node& group) {
  Run run;
  run.header = read_run_header(group);
  run.status = h5::attribute<std::string>(group, "status");
  run.rounds = read_table<cost::RoundRow>(h5::open_group(group, "rounds"), schema::round_columns);
  const h5::Node evaluations = h5::open_group(group, "evaluations");
  run.evaluations = read_table<cost::EvaluationRow>(evaluations, schema::evaluation_columns);
  read_optional(evaluations, schema::evaluation_top4, run.evaluations);
  read_optional(evaluations, schema::evaluation_initial_client_mean, run.evaluations);
  if (h5::exists(group, "clients")) {
    const h5::Node clients = h5::open_group(group, "clients");
    run.clients = read_table<cost::ClientRow>(clients, schema::client_columns);
    read_optional(clients, schema::client_top4, run.clients);
    read_optional(clients, schema::client_flops, run.clients);
  }
  if (h5::exists(group, schema::curve_group))
    run.curve = read_table<cost::CurveRow>(h5::open_group(group, schema::curve_group), schema::curve_columns);
  if (h5::exists(group, "target")) run.target = read_target(h5::open_group(group, "target"));
  return run;
}

std::vector<Run> read_runs(const h5::Node& runs) {
  std::vector<Run> all;
  for (const std::string& algorithm : h5::members(runs)) {
    const auto first = all.size();
    const h5::Node group = h5::open_group(runs, algorithm);
    for (const std::string& seed : h5::members(group)) all.push_back(read_run(h5::open_group(group, seed)));
    std::sort(all.begin() + first, all.end(),
              [](const Run& a, const Run& b) { return a.header.seed < b.header.seed; });
  }
  return all;
}

}  // namespace

Results read_results(const std::filesystem::path& path) {
  const h5::Node file = h5::open_file(path);
  check_schema(file);
  Results results;
  read_attributes(file, results.header, schema::header_attributes);
  const h5::Node system = h5::open_group(file, "system");
  schema::for_each(schema::system_columns, [&](const auto& c) { read_vector(system, results.system, c); });
  if (h5::exists(system, schema::gemm_end_column.field.name))
    read_vector(system, results.system, schema::gemm_end_column);
  const h5::Node data = h5::open_group(file, "data");
  read_attributes(data, results.data, schema::data_attributes);
  if (h5::has_attribute(data, std::get<0>(schema::reading_attributes).name))
    read_attributes(data, results.data, schema::reading_attributes);
  schema::for_each(schema::data_columns, [&](const auto& c) { read_vector(data, results.data, c); });
  results.runs = read_runs(h5::open_group(file, "runs"));
  return results;
}

}  // namespace fedmeta::record

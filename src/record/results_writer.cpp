#include "record/results_writer.hpp"

#include <cmath>
#include <numeric>
#include <utility>
#include <variant>

#include "base/error.hpp"
#include "record/file_seal.hpp"
#include "record/results_reader.hpp"
#include "record/schema.hpp"

namespace fedmeta::record {
namespace {

namespace fs = std::filesystem;

template <class T>
h5::Node write_dataset(const h5::Node& group, const h5::Field& field, const std::vector<T>& values,
                       const h5::Node& scale) {
  h5::Shape shape{{values.size()}};
  if constexpr (std::is_same_v<T, std::string>) shape.text_bytes = h5::longest(values);
  h5::Node dataset = h5::create_dataset<T>(group, field, shape);
  h5::write<T>(dataset, values);
  h5::attach_scale(dataset, scale, 0);
  return dataset;
}

/// Writes 0, 1, ... as the values of an axis.
h5::Node write_index_scale(const h5::Node& group, const h5::Field& field, std::size_t length) {
  std::vector<std::int32_t> values(length);
  std::iota(values.begin(), values.end(), 0);
  h5::Node scale = h5::create_dataset<std::int32_t>(group, field, {{length}});
  h5::write<std::int32_t>(scale, values);
  h5::make_scale(scale, field.name);
  return scale;
}

template <class Struct, class Attributes>
void write_attributes(const h5::Node& node, const Struct& from, const Attributes& attributes) {
  schema::for_each(attributes, [&](const auto& a) { h5::set_attribute(node, a.name, from.*a.member); });
}

void write_value(const h5::Node& node, const std::string& name, const AttributeValue& value) {
  if (const auto* truth = std::get_if<bool>(&value))
    h5::set_attribute(node, name, std::uint8_t{*truth});
  else
    std::visit(
        [&]<class T>(const T& v) {
          if constexpr (!std::is_same_v<T, bool>) h5::set_attribute(node, name, v);
        },
        value);
}

void write_model(const h5::Node& run, const Model& model) {
  const h5::Node group = h5::create_group(run, "model");
  h5::set_attribute(group, "layout", model.layout);
  const h5::Node parameter = h5::create_dimension(group, schema::parameter_axis, {{model.theta.size()}});
  schema::for_each(schema::model_columns, [&](const auto& c) {
    if (!(model.*c.member).empty()) write_dataset(group, c.field, model.*c.member, parameter);
  });
}

}  // namespace

ResultsWriter::ResultsWriter(fs::path final_path, bool force, const Header& header, const System& system,
                             const Data& data)
    : final_path_(std::move(final_path)), part_path_(part_of(final_path_)), force_(force) {
  check_output(final_path_, force);
  file_ = h5::create_file(part_path_);
  part_ = OpenPart(part_path_, h5::descriptor(file_));
  try {
    write_head(header, system, data);
    h5::flush(file_);
  } catch (...) {
    std::error_code ignored;
    fs::remove(part_path_, ignored);
    throw;
  }
}

void ResultsWriter::write_head(const Header& header, const System& system, const Data& data) {
  h5::set_attribute(file_, "schema_version", schema::version);
  h5::set_attribute<std::string>(file_, "program", schema::program);
  write_attributes(file_, header, schema::header_attributes);
  if (!header.resumed.empty()) h5::set_attribute(file_, schema::resumed_attribute.name, header.resumed);
  const h5::Node rank = write_index_scale(file_, schema::rank_axis, system.rank.size());
  const h5::Node client = write_index_scale(file_, schema::client_axis, data.client_id.size());

  const h5::Node system_group = h5::create_group(file_, "system");
  schema::for_each(schema::system_columns,
                   [&](const auto& c) { write_dataset(system_group, c.field, system.*c.member, rank); });
  schema::for_each(schema::later_system_columns, [&](const auto& c) {
    if (!(system.*c.member).empty()) write_dataset(system_group, c.field, system.*c.member, rank);
  });
  h5::set_attribute(system_group, schema::slurm_attribute.name, system.slurm_job_id);
  if (system.gpus >= 0) h5::set_attribute(system_group, schema::gpus_attribute.name, system.gpus);
  set_clocks(system.clocks);

  const h5::Node data_group = h5::create_group(file_, "data");
  write_attributes(data_group, data, schema::data_attributes);
  write_attributes(data_group, data, schema::reading_attributes);
  schema::for_each(schema::data_columns,
                   [&](const auto& c) { write_dataset(data_group, c.field, data.*c.member, client); });
  if (!data.classes.empty()) {
    write_dataset(data_group, schema::classes_column.field, data.classes, client);
    write_attributes(data_group, data, std::tuple{schema::classes_attribute});
  }
  if (!data.offset.empty()) {
    const h5::Node sample = h5::create_dimension(data_group, schema::sample_axis, {{data.order.size()}});
    const h5::Node bound =
        h5::create_dimension(data_group, schema::client_bound_axis, {{data.offset.size()}});
    write_dataset(data_group, schema::order_column.field, data.order, sample);
    write_dataset(data_group, schema::offset_column.field, data.offset, bound);
  }
  h5::create_group(file_, "runs");
}

RunWriter ResultsWriter::begin_run(const RunHeader& header, std::int64_t slots) {
  RunWriter run(file_, part_, header, slots);
  h5::flush(file_);
  return run;
}

Results ResultsWriter::read() const {
  h5::flush(file_);
  return read_results(file_);
}

void ResultsWriter::copy_to(CheckpointWriter& checkpoint, const std::string& name) const {
  h5::flush(file_);
  checkpoint.add_file(name, h5::descriptor(file_));
}

void ResultsWriter::leave(const std::string& status) {
  h5::set_attribute(file_, "status", status);
  h5::flush(file_);
}

void ResultsWriter::set_gemm_end(const std::vector<double>& flops_per_second) {
  const h5::Node rank = h5::open_dataset(file_, schema::rank_axis.name);
  write_dataset(h5::open_group(file_, "system"), schema::gemm_end_column.field, flops_per_second, rank);
}

void ResultsWriter::set_clocks(const Clocks& clocks) {
  const h5::Node system = h5::open_group(file_, "system");
  schema::for_each(schema::clock_attributes, [&](const auto& a) {
    if (!std::isnan(clocks.*a.member)) h5::set_attribute(system, a.name, clocks.*a.member);
  });
}

void ResultsWriter::close(const std::string& status) {
  h5::set_attribute(file_, "status", status);
  h5::flush(file_);
  part_.check();
  h5::close_file(file_);
  h5::check_readable(part_path_);
  seal(part_path_);
  publish(final_path_, force_);
}

RunWriter::RunWriter(const h5::Node& file, const OpenPart& part, const RunHeader& header, std::int64_t slots)
    : part_(part) {
  const h5::Node runs = h5::open_group(file, "runs");
  const h5::Node algorithm = h5::exists(runs, header.algorithm) ? h5::open_group(runs, header.algorithm)
                                                                : h5::create_group(runs, header.algorithm);
  group_ = h5::create_group(algorithm, "seed" + std::to_string(header.seed));
  write_attributes(group_, header, schema::run_attributes);
  for (const auto& [name, value] : header.hyperparameters) write_value(group_, name, value);
  h5::set_attribute<std::string>(group_, "status", "running");

  const h5::Node rounds = h5::create_group(group_, "rounds");
  h5::create_dimension(rounds, schema::slot_axis, {{static_cast<hsize_t>(slots)}});
  rounds_ = create_table(rounds, schema::round_axis, schema::written_round_columns);
  evaluations_ = create_table(h5::create_group(group_, "evaluations"), schema::evaluation_axis,
                              schema::evaluation_columns);
}

void RunWriter::append_rounds(std::span<const cost::RoundRow> rows) {
  append_rows(rounds_, schema::written_round_columns, rows);
}

void RunWriter::append_evaluation(const cost::EvaluationRow& row) {
  const std::span rows(&row, 1);
  append_rows(evaluations_, schema::evaluation_columns, rows);
  const h5::Node group = h5::open_group(group_, "evaluations");
  append_optional(group, evaluations_, evaluations_top4_, schema::evaluation_top4, rows);
  append_optional(group, evaluations_, evaluations_initial_client_mean_,
                  schema::evaluation_initial_client_mean, rows);
  append_optional(group, evaluations_, evaluations_initial_loss_, schema::evaluation_initial_loss, rows);
  part_.check();
  h5::flush(group_);
}

void RunWriter::write_target(const cost::TargetRow& target) {
  const h5::Node group = h5::create_group(group_, "target");
  const h5::Node axis = h5::create_dimension(group, schema::target_axis, {{1}});
  schema::for_each(schema::target_columns, [&]<class T>(const schema::Column<cost::TargetRow, T>& c) {
    write_dataset(group, c.field, std::vector<T>{target.*c.member}, axis);
  });
}

void RunWriter::write_clients(std::span<const cost::ClientRow> rows) {
  const h5::Node group = h5::create_group(group_, "clients");
  const Table table = create_table(group, schema::test_client_axis, schema::client_columns);
  append_rows(table, schema::client_columns, rows);
  std::optional<h5::Node> top4, flops;
  append_optional(group, table, top4, schema::client_top4, rows);
  append_optional(group, table, flops, schema::client_flops, rows);
}

void RunWriter::write_curve(std::span<const cost::CurveRow> rows) {
  const h5::Node group = h5::create_group(group_, schema::curve_group);
  append_rows(create_table(group, schema::epochs_axis, schema::curve_columns), schema::curve_columns, rows);
}

void RunWriter::write_self_curve(std::span<const cost::SelfCurveRow> rows) {
  const h5::Node group = h5::create_group(group_, schema::self_curve_group);
  append_rows(create_table(group, schema::step_axis, schema::self_curve_columns), schema::self_curve_columns,
              rows);
}

void RunWriter::write_phases(const Phases& phases) {
  const h5::Node group = h5::create_group(group_, schema::phases_group);
  const h5::Node axis = write_index_scale(group, schema::phase_axis, phases.seconds.size());
  write_dataset(group, schema::phase_seconds.field, phases.seconds, axis);
  if (phases.energy_joules.empty()) return;
  const h5::Node energy = write_dataset(group, schema::phase_energy.field, phases.energy_joules, axis);
  h5::set_attribute(energy, schema::energy_source, phases.energy_source);
}

void RunWriter::leave(const std::string& status) {
  h5::set_attribute(group_, "status", status);
}

void RunWriter::finish(const Model* model, const std::string& status) {
  if (!h5::exists(group_, "clients")) write_clients({});  // no test client was evaluated
  if (model) write_model(group_, *model);
  h5::set_attribute(group_, "status", status);
  h5::flush(group_);
}

}  // namespace fedmeta::record

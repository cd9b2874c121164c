#include "programs/data/commands.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/input_file.hpp"
#include "base/joined.hpp"
#include "base/version.hpp"
#include "command_line/command_line.hpp"
#include "command_line/nearest.hpp"
#include "command_line/numbers.hpp"
#include "command_line/path_option.hpp"
#include "data/registry.hpp"
#include "programs/data/convert.hpp"
#include "programs/data/generate.hpp"
#include "programs/data/glyph_picture.hpp"
#include "programs/data/inspect.hpp"

namespace fedmeta::programs {
namespace {

struct PictureOptions {
  std::string output;
  GlyphPicture picture;
  bool force = false;
};

/// Adds an option of one data set.
void add_option(CLI::App& command, const data::DatasetDescriptor& dataset, const data::DatasetOption& option,
                data::OptionValue& value) {
  const auto help = dataset.name + ": " + option.help;
  const auto* range = std::get_if<options::Range>(&option.accepted);
  const auto* words = std::get_if<data::Words>(&option.accepted);
  if (auto* truth = std::get_if<bool>(&value))
    command.add_flag("--" + option.name, *truth, help);
  else if (auto* number = std::get_if<double>(&value))
    command_line::number_option(command, option.name, *number, help, *range)->capture_default_str();
  else if (auto* whole = std::get_if<std::int64_t>(&value))
    command_line::number_option(command, option.name, *whole, help, *range)->capture_default_str();
  else if (!words)
    command_line::path_option(command, "--" + option.name, std::get<std::string>(value), help);
  else
    command.add_option("--" + option.name, std::get<std::string>(value), help)
        ->capture_default_str()
        ->type_name("TEXT:" + joined(*words, "|"));
}

/// Adds the options of all data sets that have this use.
void add_options(CLI::App& command, data::DatasetPlan& plan, data::OptionUse use) {
  for (const auto& dataset : data::datasets())
    for (const auto& option : dataset.options)
      if (option.use == use) add_option(command, dataset, option, plan.options.at(option.name));
}

/// Prepares for any variant of a data set: the path shows the data set, but not its variant.
void read_any_variant(data::DatasetPlan& plan) {
  plan.dataset.clear();
  for (const auto& dataset : data::datasets())
    for (const auto& option : dataset.options)
      plan.options[option.name] = option.for_any_file.value_or(option.initial);
}

/// Adds the path and the options on how to read its samples.
void add_source(CLI::App& command, DataSourcePlan& source) {
  read_any_variant(source.dataset);
  command_line::path_option(
      command, "PATH", source.path,
      "LEAF folder or JSON file, Gutenberg's text, CSV log, or a data file of this program")
      ->required();
  command.add_option("--dataset", source.dataset.dataset,
                     joined(data::dataset_names(), ", ") + "; found out where not given");
  add_options(command, source.dataset, data::OptionUse::read);
  command.add_flag("--allow-partial", source.allow_partial,
                   "Go on where files that look like data are not read");
}

std::vector<std::string> with_logs() {
  std::vector<std::string> names;
  for (const auto& dataset : data::datasets())
    if (dataset.stand_in && dataset.stand_in->has_log) names.push_back(dataset.name);
  return names;
}

CLI::App* add_generate(CLI::App& app, GenerateOptions& options) {
  CLI::App* command = app.add_subcommand("generate", "Write a generated stand-in");
  data::DatasetPlan& plan = options.dataset;
  command->add_option("DATASET", plan.dataset, data::either_of(data::dataset_names()))->required();
  command_line::path_option(
      *command, "--output", options.output,
      "Data file FILE.h5, " + data::either_of(with_logs()) + "'s log FILE.csv, or folder for LEAF JSON")
      ->required();
  command_line::number_option(*command, "clients", options.clients,
                              "Number of clients; this and all sizes: as the paper's", options::positive);
  command_line::number_option(*command, "mean-samples", options.mean_samples, "Samples per client, mean",
                              options::not_negative);
  command_line::number_option(*command, "sd-samples", options.deviation_samples,
                              "Samples per client, standard deviation", options::not_negative);
  command_line::number_option(*command, "min-samples", options.min_samples, "Samples per client, at least",
                              options::not_negative);
  add_options(*command, plan, data::OptionUse::generate);
  command_line::data_seed_option(*command, plan.seed, "Another seed, other clients");
  command->add_flag("--force", options.force,
                    "Replace an existing file, or the train/ and test/ of a folder");
  return command;
}

CLI::App* add_inspect(CLI::App& app, InspectOptions& options) {
  CLI::App* command = app.add_subcommand("inspect", "Print the statistics of a data set (Table 1)");
  add_source(*command, options.source);
  command_line::path_option(*command, "--histogram", options.histogram, "Draw samples per client, FILE.svg");
  command->add_flag("--force", options.force, "Replace an existing histogram");
  return command;
}

CLI::App* add_convert(CLI::App& app, ConvertOptions& options) {
  CLI::App* command = app.add_subcommand("convert", "Write a data set as one compact data file");
  add_source(*command, options.source);
  command_line::path_option(*command, "--output", options.output, "Data file to write, FILE.h5")->required();
  command_line::number_option(*command, "min-samples", options.filters.min_samples,
                              "Keep clients with at least so many", options::not_negative);
  command_line::number_option(*command, "max-samples", options.filters.max_samples,
                              "Keep clients with at most so many", options::not_negative);
  command_line::number_option(*command, "max-clients", options.filters.max_clients,
                              "Keep so many clients, by lot", options::not_negative);
  command_line::number_option(*command, "sample-share", options.sample_share,
                              "First keep this share of all samples, user by user (LEAF's sampling)",
                              options::scale_factor);
  add_options(*command, options.source.dataset, data::OptionUse::convert);
  command_line::data_seed_option(*command, options.source.dataset.seed,
                                 "Draws the lots of --max-clients and --sample-share");
  command->add_flag("--force", options.force, "Replace an existing file");
  return command;
}

CLI::App* add_picture(CLI::App& app, PictureOptions& options) {
  CLI::App* command = app.add_subcommand("picture", "Draw generated FEMNIST: a row per writer (PGM)");
  command_line::path_option(*command, "--output", options.output, "Picture to write, FILE.pgm")->required();
  command->add_option("--characters", options.picture.characters, "One column each")->capture_default_str();
  command_line::number_option(*command, "writers", options.picture.writers, "Rows", {1, 1000, "1 to 1000"})
      ->capture_default_str();
  command_line::number_option(*command, "zoom", options.picture.zoom, "Size of a pixel", {1, 16, "1 to 16"})
      ->capture_default_str();
  command_line::data_seed_option(*command, options.picture.seed, "Another seed, other writers");
  command->add_flag("--force", options.force, "Replace an existing picture");
  return command;
}

/// Returns the data sets with their descriptions.
std::string list_of_datasets() {
  std::string list = "Data sets:";
  for (const auto& dataset : data::datasets())
    list += "\n  " + dataset.name + std::string(14 - std::min<std::size_t>(13, dataset.name.size()), ' ') +
            dataset.line;
  return list;
}

/// Refuses unknown commands; CLI11 would only say that a command is missing.
void check_command(const CLI::App& app, int argc, const char* const* argv) {
  if (argc < 2 || argv[1][0] == '-') return;
  std::vector<std::string> known;
  for (const CLI::App* command : app.get_subcommands({})) known.push_back(command->get_name());
  if (std::find(known.begin(), known.end(), argv[1]) == known.end())
    throw Error(Status::usage, "unknown command", argv[1], command_line::did_you_mean(argv[1], known));
}

}  // namespace

int run_data_command(int argc, const char* const* argv) {
  CLI::App app("Looks at data sets for fedmeta_bench, converts them and generates stand-ins.",
               "fedmeta_data");
  app.require_subcommand(1);
  app.set_version_flag("--version", std::string("fedmeta_data ") + version());
  GenerateOptions generate_options;
  InspectOptions inspect_options;
  ConvertOptions convert_options;
  PictureOptions picture_options;
  const auto* generate_command = add_generate(app, generate_options);
  const auto* inspect_command = add_inspect(app, inspect_options);
  const auto* convert_command = add_convert(app, convert_options);
  const auto* picture_command = add_picture(app, picture_options);
  app.footer(list_of_datasets());  // set last, since commands added after it would inherit it
  check_command(app, argc, argv);
  try {
    command_line::parse_arguments(app, argc, argv);
  } catch (const CLI::Success& wanted) {
    return app.exit(wanted);  // --help, --version
  }
  check_working_folder();
  if (generate_command->parsed()) generate(generate_options);
  if (inspect_command->parsed()) inspect(inspect_options);
  if (convert_command->parsed()) convert(convert_options);
  if (picture_command->parsed())
    write_picture(picture_options.picture, picture_options.output, picture_options.force);
  return 0;
}

}  // namespace fedmeta::programs

#include "app/data_commands.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <string>
#include <vector>

#include "app/data_convert.hpp"
#include "app/data_generate.hpp"
#include "app/data_inspect.hpp"
#include "app/glyph_picture.hpp"
#include "app/nearest.hpp"
#include "app/path_option.hpp"
#include "base/error.hpp"
#include "base/input_file.hpp"
#include "base/version.hpp"
#include "data/dataset.hpp"

namespace fedmeta::app {
namespace {

struct PictureOptions {
  std::string output;
  GlyphPicture picture;
  bool force = false;
};

void add_seed(CLI::App& command, data::DatasetPlan& plan, const char* what) {
  command.add_option("--data-seed", plan.seed, what)->capture_default_str();
}

/// What the path is and how its samples are taken.
void add_source(CLI::App& command, DataSourcePlan& source) {
  path_option(command, "PATH", source.path,
              "LEAF folder or JSON file, Gutenberg's text, CSV log, or a data file of this program")
      ->required();
  command.add_option("--dataset", source.dataset.dataset,
                     "femnist, shakespeare, sent140, synthetic, production; found out where not given");
  path_option(command, "--glove", source.dataset.glove, "Word vectors in GloVe's text format, for sent140");
  command.add_flag("--allow-partial", source.allow_partial,
                   "Go on where files that look like data are not read");
}

void add_generate(CLI::App& app, GenerateOptions& options) {
  CLI::App* command = app.add_subcommand("generate", "Write a generated stand-in");
  data::DatasetPlan& plan = options.dataset;
  command
      ->add_option("DATASET", plan.dataset,
                   "femnist, shakespeare, sent140, synthetic or production (prodsim)")
      ->required();
  path_option(*command, "--output", options.output,
              "Data file FILE.h5, production's log FILE.csv, or folder for LEAF JSON")
      ->required();
  command->add_option("--clients", options.clients, "Number of clients; this and all sizes: as the paper's");
  command->add_option("--mean-samples", options.mean_samples, "Samples per client, mean");
  command->add_option("--sd-samples", options.deviation_samples, "Samples per client, standard deviation");
  command->add_option("--min-samples", options.min_samples, "Samples per client, at least");
  command->add_option("--generator", plan.generator, "Of synthetic: leaf or alpha-beta")
      ->capture_default_str();
  command->add_option("--alpha", plan.alpha, "Of alpha-beta: how models differ")->capture_default_str();
  command->add_option("--beta", plan.beta, "Of alpha-beta: how inputs differ")->capture_default_str();
  add_seed(*command, plan, "Another seed, other clients");
  command->add_flag("--force", options.force,
                    "Replace an existing file, or the train/ and test/ of a folder");
  command->callback([&options] { generate(options); });
}

void add_inspect(CLI::App& app, InspectOptions& options) {
  CLI::App* command = app.add_subcommand("inspect", "Print the statistics of a data set (Table 1)");
  add_source(*command, options.source);
  path_option(*command, "--histogram", options.histogram, "Draw samples per client, FILE.svg");
  command->add_flag("--force", options.force, "Replace an existing histogram");
  command->callback([&options] { inspect(options); });
}

void add_convert(CLI::App& app, ConvertOptions& options) {
  CLI::App* command = app.add_subcommand("convert", "Write a data set as one compact data file");
  add_source(*command, options.source);
  path_option(*command, "--output", options.output, "Data file to write, FILE.h5")->required();
  command->add_option("--min-samples", options.filters.min_samples, "Keep clients with at least so many");
  command->add_option("--max-samples", options.filters.max_samples, "Keep clients with at most so many");
  command->add_option("--max-clients", options.filters.max_clients, "Keep so many clients, by lot");
  command->add_option("--sample-share", options.sample_share,
                      "First keep this share of all samples, user by user (LEAF's sampling)");
  command->add_flag("--digits", options.source.dataset.digits, "Of femnist: labels 0-9 alone");
  add_seed(*command, options.source.dataset, "Draws the lots of --max-clients and --sample-share");
  command->add_flag("--force", options.force, "Replace an existing file");
  command->callback([&options] { convert(options); });
}

void add_picture(CLI::App& app, PictureOptions& options) {
  CLI::App* command = app.add_subcommand("picture", "Draw generated FEMNIST: a row per writer (PGM)");
  path_option(*command, "--output", options.output, "Picture to write, FILE.pgm")->required();
  command->add_option("--characters", options.picture.characters, "One column each")->capture_default_str();
  command->add_option("--writers", options.picture.writers, "Rows")->capture_default_str();
  command->add_option("--zoom", options.picture.zoom, "Size of a pixel")->capture_default_str();
  command->add_option("--data-seed", options.picture.seed, "Another seed, other writers")
      ->capture_default_str();
  command->add_flag("--force", options.force, "Replace an existing picture");
  command->callback([&options] { write_picture(options.picture, options.output, options.force); });
}

/// CLI11 itself would only say that a command is missing.
void check_command(const CLI::App& app, int argc, const char* const* argv) {
  if (argc < 2 || argv[1][0] == '-') return;
  std::vector<std::string> known;
  for (const CLI::App* command : app.get_subcommands({})) known.push_back(command->get_name());
  if (std::find(known.begin(), known.end(), argv[1]) == known.end())
    throw Error(Status::usage, "unknown command", argv[1], did_you_mean(argv[1], known));
}

}  // namespace

int run_data_command(int argc, const char* const* argv) {
  CLI::App app("Looks at data sets for fedmeta_bench, converts them and generates stand-ins.",
               "fedmeta_data");
  app.require_subcommand(1);
  app.set_version_flag("--version", std::string("fedmeta_data ") + version());
  app.parse_complete_callback(check_working_folder);  // before any command's
  GenerateOptions generate_options;
  InspectOptions inspect_options;
  ConvertOptions convert_options;
  // A path tells what it is; synthetic files of either kind have labels 0 .. 9.
  for (DataSourcePlan* source : {&inspect_options.source, &convert_options.source})
    source->dataset.dataset.clear(), source->dataset.generator = "alpha-beta";
  PictureOptions picture_options;
  add_generate(app, generate_options);
  add_inspect(app, inspect_options);
  add_convert(app, convert_options);
  add_picture(app, picture_options);
  check_command(app, argc, argv);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // --help, --version
    throw Error(Status::usage, error.what(), "command line", "see fedmeta_data --help");
  }
  return 0;
}

}  // namespace fedmeta::app

#include "app/data_commands.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "app/glyph_picture.hpp"
#include "app/nearest.hpp"
#include "base/error.hpp"
#include "base/version.hpp"
#include "data/dataset.hpp"
#include "data/leaf_writer.hpp"
#include "data/statistics.hpp"

namespace fedmeta::app {
namespace {

struct GenerateOptions {
  std::string dataset, output;
  data::GeneratedSize size{.clients = 1068, .mean_samples = 220, .deviation_samples = 90, .min_samples = 10};
  std::uint64_t seed = 42;
  bool force = false;
};

struct PictureOptions {
  std::string output;
  GlyphPicture picture;
  bool force = false;
};

void generate(const GenerateOptions& options) {
  if (std::filesystem::path(options.output).extension() == ".h5")
    throw Error(Status::usage, "this version writes LEAF folders only", "--output " + options.output,
                "give the name of a folder");
  data::DatasetPlan plan;
  plan.dataset = options.dataset;
  plan.generated = options.size;
  plan.seed = options.seed;
  const auto dataset = data::make_dataset(plan);
  data::write_leaf_folder(
      options.output, dataset->generated_clients(),
      [&](std::int64_t index) { return dataset->generate(index); }, dataset->leaf_text(), options.seed,
      options.force);
}

void inspect(const std::string& path) {
  const auto dataset = data::make_dataset({});
  data::StatisticsCollector collector;
  for (const auto& file : dataset->files(path))
    for (const data::Client& part : dataset->read(file)) collector.add(part);
  const data::Statistics s = collector.result();
  const auto row = [](const char* name, std::int64_t value) {
    std::printf("%-29s %lld\n", name, static_cast<long long>(value));
  };
  std::printf("%-29s %s\n", "dataset", dataset->form().dataset.c_str());
  row("clients", s.clients);
  row("samples", s.samples);
  row("classes", s.classes);
  std::printf("%-29s %.2f\n", "samples per client, mean", s.mean);
  std::printf("%-29s %.2f\n", "samples per client, deviation", s.deviation);
  row("samples per client, min", s.fewest);
  row("samples per client, max", s.most);
  row("classes per client, min", s.fewest_classes);
  row("classes per client, max", s.most_classes);
  if (std::fflush(stdout) != 0)
    throw Error(Status::own_file, "cannot write the statistics", "standard output", "write to another place");
}

void add_generate(CLI::App& app, GenerateOptions& options) {
  CLI::App* command = app.add_subcommand("generate", "Write a generated stand-in as a LEAF folder");
  command->add_option("DATASET", options.dataset, "femnist")->required();
  command->add_option("--output", options.output, "Folder to write")->required();
  command->add_option("--clients", options.size.clients, "Number of writers")->capture_default_str();
  command->add_option("--mean-samples", options.size.mean_samples, "Samples per client, mean")
      ->capture_default_str();
  command
      ->add_option("--sd-samples", options.size.deviation_samples, "Samples per client, standard deviation")
      ->capture_default_str();
  command->add_option("--min-samples", options.size.min_samples, "Samples per client, at least")
      ->capture_default_str();
  command->add_option("--data-seed", options.seed, "Another seed, other writers")->capture_default_str();
  command->add_flag("--force", options.force, "Replace the train/ and test/ of an existing folder");
  command->callback([&options] { generate(options); });
}

void add_inspect(CLI::App& app, std::string& path) {
  CLI::App* command = app.add_subcommand("inspect", "Print the statistics of a data set (Table 1)");
  command->add_option("PATH", path, "LEAF folder or JSON file of FEMNIST")->required();
  command->callback([&path] { inspect(path); });
}

void add_picture(CLI::App& app, PictureOptions& options) {
  CLI::App* command = app.add_subcommand("picture", "Draw generated FEMNIST: a row per writer (PGM)");
  command->add_option("--output", options.output, "Picture to write, FILE.pgm")->required();
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
  CLI::App app("Looks at data sets for fedmeta_bench and generates stand-ins.", "fedmeta_data");
  app.require_subcommand(1);
  app.set_version_flag("--version", std::string("fedmeta_data ") + version());
  GenerateOptions generate_options;
  std::string path;
  PictureOptions picture_options;
  add_generate(app, generate_options);
  add_inspect(app, path);
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

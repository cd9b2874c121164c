// fedmeta_report FILE.h5... --out DIR: makes tables and figures from results files.
#include <CLI/CLI.hpp>
#include <iostream>

#include "base/error.hpp"
#include "base/input_file.hpp"
#include "base/standard_output.hpp"
#include "base/terminal_text.hpp"
#include "base/version.hpp"
#include "base/warning.hpp"
#include "command_line/command_line.hpp"
#include "command_line/numbers.hpp"
#include "command_line/path_option.hpp"
#include "report/report.hpp"

namespace {

using namespace fedmeta;

struct Options {
  std::vector<std::filesystem::path> files;
  std::filesystem::path folder;
  double smoothing = 0;
};

void add_options(CLI::App& command, Options& options) {
  command_line::path_option(command, "FILE", options.files,
                            "results files; seeds of the same setting are pooled")
      ->required();
  command_line::path_option(command, "--out", options.folder,
                            "folder for report.md, report.html, tables/ and figures/")
      ->required();
  command_line::number_option(
      command, "smoothing", options.smoothing,
      "curves of accuracy and loss as exponential moving averages, with this weight of the "
      "past; 0 = none; Flower's figures have 0.95 (FEMNIST) and 0.7 (Shakespeare)",
      {0, 0.999, "a number from 0 to 0.999"})
      ->capture_default_str();
  command.set_version_flag("--version", std::string("fedmeta_report ") + version());
}

void write(const Options& options) {
  const auto outcome = report::write_report(options.files, options.folder, options.smoothing);
  if (outcome.not_drawn > 0)
    report_warning("fedmeta_report",
                   std::to_string(outcome.not_drawn) + " of " + std::to_string(outcome.figures) +
                       " figures are missing or lack their PNG: " + outcome.why_not_drawn,
                   (options.folder / "figures").string(),
                   "see that gnuplot is installed and works; it draws the .gp files that lie there");
  if (outcome.incomplete) std::cout << "note: some runs are not complete or differ; the report says which\n";
  std::cout << "report: " << terminal_text((options.folder / "report.html").string()) << '\n';
}

void run(int argc, char** argv) {
  CLI::App app("Makes tables and figures from results files of fedmeta_bench.", "fedmeta_report");
  Options options;
  add_options(app, options);
  try {
    command_line::parse_arguments(app, argc, argv);
  } catch (const CLI::Success& wanted) {
    app.exit(wanted);  // --help, --version
    return;
  }
  check_working_folder();
  write(options);
}

}  // namespace

int main(int argc, char** argv) {
  prepare_standard_streams();
  try {
    run(argc, argv);
    check_standard_output();
    return 0;
  } catch (...) {
    return report_error("fedmeta_report", current_error());
  }
}

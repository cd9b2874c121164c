// fedmeta_report FILE.h5... --out DIR: tables and figures from results files.
#include <CLI/CLI.hpp>
#include <iostream>

#include "base/error.hpp"
#include "base/standard_output.hpp"
#include "base/version.hpp"
#include "report/report.hpp"

namespace {

using namespace fedmeta;

struct Options {
  std::vector<std::filesystem::path> files;
  std::filesystem::path folder;
  double smoothing = 0;
};

void add_options(CLI::App& app, Options& options) {
  app.add_option("FILE", options.files, "results files; seeds of the same setting are pooled")->required();
  app.add_option("--out", options.folder, "folder for report.md, report.html, tables/ and figures/")
      ->required();
  app.add_option("--smoothing", options.smoothing,
                 "curves of accuracy and loss as exponential moving averages, with this weight of the past; "
                 "0 = none; Flower's figures have 0.95 (FEMNIST) and 0.7 (Shakespeare)")
      ->check(CLI::Range(0.0, 0.999))
      ->capture_default_str();
  app.set_version_flag("--version", std::string("fedmeta_report ") + version());
}

void write(const Options& options) {
  const auto outcome = report::write_report(options.files, options.folder, options.smoothing);
  if (!outcome.drawn) std::cout << "gnuplot is not installed: figures are left as .gp and .dat files\n";
  if (outcome.incomplete) std::cout << "note: some runs are not complete or differ; the report says which\n";
  std::cout << "report: " << (options.folder / "report.html").string() << '\n';
}

void run(int argc, char** argv) {
  CLI::App app("Makes tables and figures from results files of fedmeta_bench.", "fedmeta_report");
  Options options;
  add_options(app, options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() != 0)
      throw Error(Status::usage, error.what(), "command line", "see fedmeta_report --help");
    app.exit(error);  // --help, --version
    return;
  }
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

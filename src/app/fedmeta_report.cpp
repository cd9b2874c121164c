// fedmeta_report FILE.h5... --out DIR: tables and figures from results files.
#include <CLI/CLI.hpp>
#include <iostream>

#include "base/error.hpp"
#include "base/version.hpp"
#include "report/report.hpp"

int main(int argc, char** argv) {
  using namespace fedmeta;
  constexpr const char* program = "fedmeta_report";
  CLI::App options("Makes tables and figures from results files of fedmeta_bench.", "fedmeta_report");
  std::vector<std::filesystem::path> files;
  std::filesystem::path folder;
  options.add_option("FILE", files, "results files; seeds of the same setting are pooled")->required();
  options.add_option("--out", folder, "folder for report.md, report.html, tables/ and figures/")->required();
  double smoothing = 0;
  options
      .add_option("--smoothing", smoothing,
                  "curves of accuracy and loss as exponential moving averages, with this weight of the past; "
                  "0 = none; Flower's figures have 0.95 (FEMNIST) and 0.7 (Shakespeare)")
      ->check(CLI::Range(0.0, 0.999))
      ->capture_default_str();
  options.set_version_flag("--version", std::string("fedmeta_report ") + version());
  try {
    options.parse(argc, argv);
    const report::Outcome outcome = report::write_report(files, folder, smoothing);
    if (!outcome.drawn) std::cout << "gnuplot is not installed: figures are left as .gp and .dat files\n";
    if (outcome.incomplete)
      std::cout << "note: some runs are not complete or differ; the report says which\n";
    std::cout << "report: " << (folder / "report.html").string() << '\n';
    return 0;
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return options.exit(error);
    return report_error(program,
                        Error(Status::usage, error.what(), "command line", "see fedmeta_report --help"));
  } catch (...) {
    return report_error(program, current_error());
  }
}

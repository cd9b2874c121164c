// fedmeta_report FILE.h5... --out DIR: makes tables and figures from results files. With --compare A.h5 B.h5
// it says how two of them differ.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <set>

#include "base/error.hpp"
#include "base/input_file.hpp"
#include "base/joined.hpp"
#include "base/standard_output.hpp"
#include "base/terminal_text.hpp"
#include "base/version.hpp"
#include "base/warning.hpp"
#include "command_line/command_line.hpp"
#include "command_line/nearest.hpp"
#include "command_line/numbers.hpp"
#include "command_line/path_option.hpp"
#include "record/guarded_reading.hpp"
#include "report/compare_files.hpp"
#include "report/report.hpp"

namespace {

using namespace fedmeta;

struct Options {
  std::vector<std::filesystem::path> files;
  std::filesystem::path folder;
  report::Wishes wishes;
  std::string target_on = report::Choices{}.target_on;
  std::int64_t hold = 1;
  std::string fleet;
  bool compare = false;
  double tolerance = 0.01;
};

std::vector<std::string> measures() {
  std::vector<std::string> names;
  for (const auto& measure : report::evaluation_measures()) {
    const auto name = report::option_name(measure.name);
    if (name.find("loss") == std::string::npos) names.push_back(name);
  }
  return names;
}

/// Returns the complaint's two lines: what is wrong, and what to do.
std::string unknown_measure(const std::string& name) {
  const auto known = measures();
  if (std::find(known.begin(), known.end(), name) != known.end()) return "";
  return "unknown value " + name + "\n" + command_line::did_you_mean(name, known);
}

void add_machine_options(CLI::App& command, report::MachineWishes& machine) {
  const auto price = [&](const char* name, std::optional<double>& value, const char* help) {
    command_line::number_option(command, name, value, help, {0, 1e6, "a number from 0 to 1000000"});
  };
  price("price-core-hour", machine.prices.core_hour, "price of an hour of a core, for the cost of runs");
  price("price-gpu-hour", machine.prices.gpu_hour, "price of an hour of a GPU");
  price("price-gb", machine.prices.gigabyte, "price of 1e9 bytes that a deployment would send, down or up");
  command.add_option("--currency", machine.prices.currency, "name of the prices' currency")
      ->capture_default_str();
  command_line::path_option(
      command, "--microbench", machine.microbenchmarks,
      "JSON files of fedmeta_microbench, for latency and bandwidth; one for each number of ranks");
}

void add_options(CLI::App& command, Options& options) {
  command_line::path_option(command, "FILE", options.files,
                            "results files; seeds of the same setting are pooled")
      ->required();
  command_line::path_option(
      command, "--out", options.folder,
      "folder for report.md, report.html, tables/ and figures/; required but for --compare");
  command.add_flag(
      "--compare", options.compare,
      "print how the settings and results of two files, A and B, differ; status 1 if B is worse; takes no "
      "other option than --tolerance");
  command_line::number_option(command, "tolerance", options.tolerance,
                              "what B may lose in accuracy with --compare before it is worse",
                              {0, 1, "a fraction from 0 to 1"})
      ->capture_default_str();
  command_line::number_option(
      command, "smoothing", options.wishes.smoothing,
      "curves of accuracy and loss as exponential moving averages, with this weight of the "
      "past; 0 = none; Flower's figures have 0.95 (FEMNIST) and 0.7 (Shakespeare)",
      {0, 0.999, "a number from 0 to 0.999"})
      ->capture_default_str();
  command.add_option(
      "--baseline", options.wishes.choices.baseline,
      "method, or its algorithm, to whose cost the others' is compared; absent: the FedAvg of the "
      "same setting and options");
  command
      .add_option("--target-on", options.target_on,
                  "what is to reach the target accuracy, at evaluations of test clients")
      ->capture_default_str()
      ->check(CLI::Validator(unknown_measure, ""));
  command_line::number_option(command, "hold", options.hold,
                              "the target is reached where so many evaluations, one after the other, meet it",
                              {1, 1000, "a whole number from 1 to 1000"})
      ->capture_default_str();
  command.add_flag(
      "--select", options.wishes.choices.select,
      "of runs that differ in learning rates alone, show those with the highest accuracy of the validation "
      "clients, and a map of all; the runs need --eval-on both");
  command.add_flag(
      "--pool-data-seeds", options.wishes.choices.pool_data_seeds,
      "pool runs of other data seeds, whose clients have other roles and divisions, as further seeds");
  command
      .add_option(
          "--style", options.wishes.style,
          "how figures look: default, for a screen; paper, 85 mm wide, 8 points, without titles, and as "
          "PDF, too")
      ->capture_default_str();
  command_line::path_option(command, "--fleet", options.fleet,
                            "also tell what the methods would cost on a fleet of phones, described by a TOML "
                            "file; default = one after FLASH's measurements");
  add_machine_options(command, options.wishes.machine);
  command.set_version_flag("--version", std::string("fedmeta_report ") + version());
}

/// Refuses an option that nothing reads where others are, or are not, given.
void refuse_idle_options(const CLI::App& command) {
  static const std::set<std::string> of_comparing{"FILE", "--compare", "--tolerance"},
      prices{"--price-core-hour", "--price-gpu-hour", "--price-gb"};
  const auto is_given = [&](const std::string& name) { return command.get_option(name)->count() > 0; };
  const auto refuse = [](const std::string& where, const std::string& remedy) {
    throw Error(Status::usage, "the option would do nothing", where, remedy);
  };
  if (!is_given("--compare") && is_given("--tolerance"))
    refuse("--tolerance without --compare", "add --compare, or leave --tolerance out");
  if (is_given("--compare"))
    for (const CLI::Option* option : command.get_options())
      if (option->count() > 0 && !of_comparing.contains(option->get_name()))
        refuse(option->get_name() + " with --compare", "leave one of the two out");
  if (is_given("--currency") && std::ranges::none_of(prices, is_given))
    refuse("--currency without " + joined({prices.begin(), prices.end()}, ", "),
           "add a price, or leave --currency out");
}

void write(const Options& options) {
  auto wishes = options.wishes;
  wishes.choices.target_on = options.target_on;
  std::replace(wishes.choices.target_on.begin(), wishes.choices.target_on.end(), '-', '_');
  wishes.choices.hold = static_cast<std::size_t>(options.hold);
  if (!options.fleet.empty()) wishes.fleet = report::load_fleet(options.fleet);
  const auto outcome = report::write_report(options.files, options.folder, wishes);
  if (outcome.not_drawn > 0)
    report_warning("fedmeta_report",
                   std::to_string(outcome.not_drawn) + " of " + std::to_string(outcome.figures) +
                       " figures are missing or lack their PNG: " + outcome.why_not_drawn,
                   (options.folder / "figures").string(),
                   "see that gnuplot is installed and works; it draws the .gp files that lie there");
  if (outcome.incomplete) std::cout << "note: some runs are not complete or differ; the report says which\n";
  std::cout << "report: " << terminal_text((options.folder / "report.html").string()) << '\n';
}

/// Returns the exit status.
int compare(const Options& options) {
  if (options.files.size() != 2)
    throw Error(Status::usage, "not two files but " + std::to_string(options.files.size()), "--compare",
                "give A.h5 and B.h5");
  const report::Source a{options.files[0], record::read_results_guarded(options.files[0])},
      b{options.files[1], record::read_results_guarded(options.files[1])};
  const auto compared = report::compare_files(a, b, options.tolerance);
  std::cout << compared.text;
  return static_cast<int>(compared.worse ? Status::invalid : Status::ok);
}

/// Returns the exit status.
int run(int argc, char** argv) {
  CLI::App app("Makes tables and figures from results files of fedmeta_bench.", "fedmeta_report");
  app.footer(
      "Examples:\n"
      "  fedmeta_report runs/quick.h5 --out report\n"
      "  fedmeta_report runs/femnist-*.h5 --out report --baseline fedavg --hold 3\n"
      "  fedmeta_report runs/lr-*.h5 --out report --select\n"
      "  fedmeta_report runs/femnist-*.h5 --out report --fleet default\n"
      "  fedmeta_report runs/scaling-*.h5 --out report --price-core-hour 0.04 --microbench bench.json\n"
      "  fedmeta_report --compare runs/before.h5 runs/after.h5 --tolerance 0.005");
  Options options;
  add_options(app, options);
  try {
    command_line::parse_arguments(app, argc, argv);
  } catch (const CLI::Success& wanted) {
    app.exit(wanted);  // --help, --version
    return 0;
  }
  refuse_idle_options(app);
  check_working_folder();
  if (options.compare) return compare(options);
  if (options.folder.empty())
    throw Error(Status::usage, "no folder for the report", "--out", "give the name of one");
  write(options);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  prepare_standard_streams();
  try {
    const int status = run(argc, argv);
    check_standard_output();
    return status;
  } catch (...) {
    return report_error("fedmeta_report", current_error());
  }
}

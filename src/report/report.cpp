#include "report/report.hpp"

#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "record/guarded_reading.hpp"
#include "record/output_lock.hpp"
#include "report/figures/figures.hpp"
#include "report/figures/paper_figures.hpp"
#include "report/figures/selection_figures.hpp"
#include "report/fleet/fleet_report.hpp"
#include "report/machine/provenance.hpp"
#include "report/output/document.hpp"
#include "report/output/files.hpp"
#include "report/pooling/comparison.hpp"
#include "report/tables/fairness.hpp"
#include "report/tables/left_out.hpp"
#include "report/tables/paper_table.hpp"
#include "report/tables/published_tables.hpp"
#include "report/tables/selection_table.hpp"
#include "report/tables/summary_tables.hpp"
#include "report/tables/tables.hpp"

namespace fedmeta::report {
namespace {

namespace fs = std::filesystem;

/// Returns what readers must know about the files, whether or not they have runs.
std::vector<std::string> file_notes(const std::vector<Source>& sources) {
  std::vector<std::string> notes;
  for (const Source& source : sources) {
    const std::string file = source.path.filename().string();
    if (source.results.header.status != "complete")
      notes.push_back(file + " is not complete: its status is " + source.results.header.status);
    if (source.results.runs.empty()) notes.push_back(file + " has no runs");
  }
  return notes;
}

std::string introduction(const Comparison& comparison) {
  const Setting& setting = comparison.setting;
  std::string text = "Data set " + setting.dataset + "; source: " + setting.source +
                     (setting.source == "generated" ? " (a generated stand-in, not the real data)" : "") +
                     "; division into support and query sets: " + setting.division + ". ";
  if (!setting.target) return text + "No target accuracy is recorded.";
  return text + "Target accuracy: " + shown(TableCell(*setting.target), Format::percent) + ".";
}

class Builder {
 public:
  Builder(fs::path folder, const Wishes& wishes)
      : folder_(std::move(folder)), wishes_(wishes), style_(style_named(wishes.style)) {
    for (const char* name : {"tables", "figures"}) make_folder(folder_ / name);
  }

  void add(const ReportTable& table) {
    write_file(folder_ / "tables" / (table.name + ".csv"), to_csv(table));
    document_.push_back(table);
  }

  void add_unless_empty(const ReportTable& table) {
    if (!table.rows.empty()) add(table);
  }

  void add(const Figure& given) {
    const Figure figure = with_numbered_names(given);
    const fs::path figures = folder_ / "figures";
    write_figure(figure, style_, figures);
    if (!hopeless()) drawn_ = draw_figure(figure, style_, figures, wishes_.limit);
    if (drawn_ != Drawn::yes) {
      ++outcome_.not_drawn;
      outcome_.why_not_drawn = why_not(drawn_);
    }
    ++outcome_.figures;
    std::error_code ignored;
    const bool has_svg = fs::is_regular_file(figures / (figure.name + ".svg"), ignored);
    document_.push_back(Picture{figure.name, figure.caption, has_svg});
  }

  void add(const Comparison& comparison) {
    document_.push_back(Heading{2, comparison.title});
    document_.push_back(Paragraph{introduction(comparison)});
    if (!comparison.notes.empty()) document_.push_back(Notes{comparison.notes});
    const std::vector<Figure> figures = make_figures(comparison, wishes_.smoothing);
    const auto add_figures = [&](const std::string& ending) {
      for (const Figure& figure : figures)
        if (figure.name == comparison.name + ending) add(figure);
    };
    add_unless_empty(selection_table(comparison));
    for (const Figure& figure : selection_figures(comparison)) add(figure);
    add(accuracy_table(comparison));
    for (const char* ending : {"-accuracy", "-loss", "-top4", "-spending", "-personalisation"})
      add_figures(ending);
    add_unless_empty(fairness_table(comparison));
    for (const char* ending : {"-clients", "-density"}) add_figures(ending);
    if (comparison.setting.target) add(overhead_table(comparison));
    add_figures("-overhead");
    add(cost_table(comparison));
  }

  /// `shown` goes into the pages, `values` into the CSV file.
  void add(const PaperTable& table) {
    write_file(folder_ / "tables" / (table.values.name + ".csv"), to_csv(table.values));
    document_.push_back(table.shown);
    if (!table.notes.empty()) document_.push_back(Notes{table.notes});
  }

  void add(const LongTable& table) {
    write_file(folder_ / "tables" / (table.values.name + ".csv"), to_csv(table.values));
    document_.push_back(table.shown);
  }

  void add(Part part) { document_.push_back(std::move(part)); }

  Outcome finish() const {
    write_file(folder_ / "report.md", to_markdown(document_));
    write_file(folder_ / "report.html", to_html(document_, folder_ / "figures"));
    return outcome_;
  }

 private:
  /// Returns whether gnuplot is missing or hangs, so that it is not tried again. After a failure it may still
  /// draw the next figure.
  bool hopeless() const { return drawn_ == Drawn::not_installed || drawn_ == Drawn::too_slow; }

  fs::path folder_;
  Wishes wishes_;
  Style style_;
  Document document_;
  Drawn drawn_ = Drawn::yes;  ///< outcome of the last figure
  Outcome outcome_;
};

bool is_same_file(const fs::path& a, const fs::path& b) {
  std::error_code ignored;
  return fs::equivalent(a, b, ignored);
}

void refuse_repeated(const std::vector<fs::path>& files) {
  for (std::size_t i = 0; i < files.size(); ++i)
    for (std::size_t k = 0; k < i; ++k)
      if (is_same_file(files[k], files[i]))
        throw Error(Status::usage, "the same file twice", files[k].string() + " and " + files[i].string(),
                    "leave one out");
}

void add_data_sets(Builder& report, const std::vector<Comparison>& comparisons, double smoothing) {
  const auto figures = data_set_figures(comparisons, smoothing);
  if (!figures.empty()) report.add(Part(Heading{2, "Data sets side by side"}));
  for (const Figure& figure : figures) report.add(figure);
}

/// Adds those tables and figures of papers into which one of the runs belongs, what keeps others out of them,
/// and what others published on their data.
void add_papers(Builder& report, const std::vector<Comparison>& comparisons) {
  std::vector<PaperTable> tables;
  std::vector<std::string> lacking;
  const auto add_lacking = [&](const auto& layout) {
    std::ranges::copy(left_out(layout.title, places_of(layout), comparisons), std::back_inserter(lacking));
  };
  for (const Layout& layout : layouts()) {
    if (auto table = paper_table(layout, comparisons)) tables.push_back(std::move(*table));
    add_lacking(layout);
  }
  std::vector<Figure> figures;
  for (const FigureLayout& layout : figure_layouts()) {
    if (auto figure = paper_figure(layout, comparisons)) figures.push_back(std::move(*figure));
    add_lacking(layout);
  }
  const std::vector<ReportTable> lists{rates_table(comparisons), claims_table(comparisons),
                                       external_table(comparisons)};
  const bool any = std::ranges::any_of(lists, [](const ReportTable& list) { return !list.rows.empty(); });
  if (tables.empty() && figures.empty() && lacking.empty() && !any) return;
  report.add(Part(Heading{2, "Tables and figures of the papers"}));
  if (!lacking.empty()) {
    report.add(
        Part(Paragraph{"Some runs have a place below but for their sizes, which --scale changes unless "
                       "they are given beside it:"}));
    report.add(Part(Notes{lacking}));
  }
  for (const PaperTable& table : tables) report.add(table);
  for (const Figure& figure : figures) report.add(figure);
  for (const ReportTable& list : lists) report.add_unless_empty(list);
}

/// Adds what the methods would cost on a fleet of phones.
void add_fleet(Builder& report, const Fleet& fleet, const std::vector<Source>& sources,
               const std::vector<Comparison>& comparisons) {
  report.add(Part(Heading{2, "A fleet of phones"}));
  if (const auto notes = fleet_notes(sources); !notes.empty()) report.add(Part(Notes{notes}));
  report.add(fleet_table(fleet));
  for (const Comparison& comparison : comparisons) {
    const auto methods = methods_on(fleet, comparison);
    const auto changes = order_changes(methods, fleet.deadline, figure_speeds(fleet));
    report.add(Part(Heading{3, comparison.title}));
    report.add(fleet_cost_table(fleet, comparison, methods));
    if (const auto figure = fleet_figure(fleet, comparison, methods, changes); !figure.data.empty())
      report.add(figure);
    if (!changes.empty()) report.add(order_table(fleet, comparison, changes));
  }
}

std::vector<fs::path> inputs_of(const std::vector<fs::path>& files, const Wishes& wishes) {
  auto inputs = files;
  const auto& microbenchmarks = wishes.machine.microbenchmarks;
  inputs.insert(inputs.end(), microbenchmarks.begin(), microbenchmarks.end());
  if (wishes.fleet && !fleet_texts().contains(wishes.fleet->name)) inputs.emplace_back(wishes.fleet->name);
  return inputs;
}

/// Refuses a report that would be written over a file it is made from, by whatever name that has there.
void refuse_inputs(const std::vector<fs::path>& inputs, const fs::path& folder) {
  static const std::set<fs::path> never_written{".h5", ".part", ".toml", ".json"};
  std::error_code ignored;
  for (const char* own : {"", "tables", "figures"})
    for (const auto& entry : fs::directory_iterator(folder / own, ignored))
      for (const fs::path& input : inputs)
        if (!never_written.contains(entry.path().extension()) && is_same_file(entry.path(), input))
          throw Error(Status::usage, "an input lies where the report is written",
                      input.string() + " and --out " + folder.string(), "give another folder");
}

}  // namespace

Outcome write_report(const std::vector<fs::path>& files, const fs::path& folder, const Wishes& wishes) {
  refuse_repeated(files);
  refuse_inputs(inputs_of(files, wishes), folder);
  std::vector<Source> sources;
  sources.reserve(files.size());
  for (const fs::path& file : files) sources.push_back({file, record::read_results_guarded(file)});
  const std::vector<Comparison> comparisons = compare(sources, wishes.choices);
  const std::vector<Piece> machine = machine_section(comparisons, sources, wishes.machine);
  const std::vector<std::string> notes = file_notes(sources);

  const record::OutputLock lock(folder / "report", "--out");
  Builder report(folder, wishes);
  report.add(Part(Heading{1, "Federated meta-learning benchmark"}));
  if (!notes.empty()) report.add(Part(Notes{notes}));
  report.add(Part(Heading{2, "Summary"}));
  report.add(headline_table(comparisons));
  report.add(runs_table(sources));
  report.add(data_table(sources));
  for (const Comparison& comparison : comparisons) report.add(comparison);
  add_data_sets(report, comparisons, wishes.smoothing);
  if (wishes.fleet) add_fleet(report, *wishes.fleet, sources, comparisons);
  add_papers(report, comparisons);
  for (const Piece& piece : machine) std::visit([&](const auto& part) { report.add(part); }, piece);
  report.add(Part(Heading{2, "Provenance"}));
  report.add(files_table(sources));
  for (const Source& source : sources) report.add(Part(provenance(source)));

  Outcome outcome = report.finish();
  outcome.incomplete = !notes.empty();
  for (const Comparison& comparison : comparisons) outcome.incomplete |= !comparison.notes.empty();
  return outcome;
}

}  // namespace fedmeta::report

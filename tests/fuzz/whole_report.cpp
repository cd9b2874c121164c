#include "fuzz/whole_report.hpp"

#include "fuzz/target.hpp"
#include "record/results_reader.hpp"
#include "report/figures/figures.hpp"
#include "report/pooling/comparison.hpp"
#include "report/tables/fairness.hpp"
#include "report/tables/summary_tables.hpp"
#include "report/tables/tables.hpp"

namespace fedmeta::fuzz {

int whole_report(std::string_view bytes) {
  return accepts([&] {
    const auto path = file_of(bytes);
    const std::vector<report::Source> sources{{path, record::read_results(path)}};
    const auto comparisons = report::compare(sources);
    report::headline_table(comparisons);
    report::runs_table(sources);
    report::data_table(sources);
    for (const auto& comparison : comparisons) {
      report::accuracy_table(comparison);
      report::cost_table(comparison);
      report::fairness_table(comparison);
      if (comparison.setting.target) report::overhead_table(comparison);
      report::make_figures(comparison, 0.5);
    }
  });
}

}  // namespace fedmeta::fuzz

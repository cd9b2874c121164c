#include "report/machine/machine_section.hpp"

#include "base/joined.hpp"
#include "report/machine/machine_tables.hpp"
#include "report/machine/microbench.hpp"
#include "report/machine/round_tables.hpp"
#include "report/machine/rows.hpp"
#include "report/machine/scaling.hpp"

namespace fedmeta::report {
namespace {

void add_rounds(std::vector<Piece>& pieces, const std::vector<MachineRuns>& all,
                std::vector<std::string>& missing) {
  if (all.empty()) {
    missing.emplace_back("no run is complete: no seconds, energy or prices");
    return;
  }
  pieces.emplace_back(round_table(all));
  if (auto ranks = rank_table(all); !ranks.values.rows.empty()) pieces.emplace_back(std::move(ranks));
  pieces.emplace_back(efficiency_table(all));
}

void add_scaling(std::vector<Piece>& pieces, const std::vector<Comparison>& comparisons,
                 std::vector<std::string>& missing) {
  auto table = scaling_table(comparisons);
  if (table.rows.empty()) {
    missing.emplace_back(
        "no scaling: no method was run on several numbers of ranks with the same clients a round, or with "
        "clients a round in proportion to the ranks");
    return;
  }
  pieces.emplace_back(std::move(table));
  for (const Comparison& comparison : comparisons)
    if (auto figure = scaling_figure(comparison); !figure.data.empty())
      pieces.emplace_back(std::move(figure));
}

void add_microbenchmarks(std::vector<Piece>& pieces, const std::vector<std::filesystem::path>& files,
                         std::vector<std::string>& missing) {
  const auto all = read_microbenchmarks(files);
  if (all.empty()) {
    missing.emplace_back("no latency and bandwidth: --microbench FILE.json was not given");
    return;
  }
  if (auto notes = failure_notes(all); !notes.empty()) pieces.emplace_back(Notes{std::move(notes)});
  pieces.emplace_back(ceiling_table(all));
  if (auto messages = message_table(all); !messages.rows.empty()) pieces.emplace_back(std::move(messages));
}

}  // namespace

std::vector<Piece> machine_section(const std::vector<Comparison>& comparisons,
                                   const std::vector<Source>& sources, const MachineWishes& wishes) {
  const auto all = runs_by_machine(comparisons);
  std::vector<Piece> pieces{Heading{2, "The machine"}};
  std::vector<std::string> missing;
  pieces.emplace_back(machines_table(sources, wishes.prices));
  add_rounds(pieces, all, missing);
  add_scaling(pieces, comparisons, missing);
  if (!all.empty()) pieces.emplace_back(energy_table(all));
  if (!all.empty() && wishes.prices.any()) pieces.emplace_back(price_table(all, wishes.prices));
  if (!wishes.prices.any())
    missing.emplace_back("no cost in money: --price-core-hour, --price-gpu-hour or --price-gb was not given");
  add_microbenchmarks(pieces, wishes.microbenchmarks, missing);
  if (!missing.empty()) pieces.emplace_back(Paragraph{"Not in this section: " + joined(missing, "; ") + "."});
  return pieces;
}

}  // namespace fedmeta::report

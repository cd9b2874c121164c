#include "report/tables/summary_tables.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/joined.hpp"
#include "record/fingerprint.hpp"
#include "report/pooling/over_seeds.hpp"
#include "report/pooling/to_target.hpp"
#include "report/tables/cells.hpp"
#include "report/tables/published.hpp"

namespace fedmeta::report {
namespace {

constexpr const char* published_data = "chen2018-table1";

TableCell factor(const Comparison& comparison, const Method& method, Resource resource) {
  const auto found = reduction(comparison, method, resource);
  return found ? TableCell(Bounded{found->factor, found->bound}) : TableCell();
}

std::vector<TableCell> headline_row(const Comparison& comparison, const Method& method) {
  using Row = cost::EvaluationRow;
  const auto accuracy = over_seeds(comparison, method, &Row::accuracy);
  const auto spent = to_target(comparison, method);
  const auto* baseline = baseline_of(comparison, method);
  return {comparison.title,
          method.name,
          mean(accuracy),
          optional_number(accuracy.deviation),
          mean(over_seeds(comparison, method, &Row::initial_accuracy)),
          static_cast<double>(accuracy.count),
          spent.seeds ? TableCell(Bounded{spent.of(Resource::rounds).mean, spent.exact() ? char{0} : '>'})
                      : TableCell(),
          spent.seeds ? spent.exact() ? "exact" : "at least" : "no target",
          factor(comparison, method, Resource::flops),
          factor(comparison, method, Resource::bytes),
          baseline ? baseline->name : "none"};
}

/// "valid", "INVALID (it failed a check)", "running, at round 8".
std::string verdict_of(const record::Run& run) {
  if (run.status == "complete") return "valid";
  if (run.status == "invalid") return "INVALID: a check failed";
  const auto round = run.rounds.empty() ? 0 : run.rounds.back().round;
  return fmt::format("{}, at round {}", run.status, round);
}

double count_role(const record::Data& data, std::uint8_t role) {
  return static_cast<double>(std::count(data.role.begin(), data.role.end(), role));
}

TableCell extreme(const std::vector<std::int32_t>& classes, bool most) {
  if (classes.empty()) return Missing{"not recorded"};
  return static_cast<double>(most ? std::ranges::max(classes) : std::ranges::min(classes));
}

std::vector<TableCell> data_row(const record::Data& data) {
  const auto& values = published(published_data);
  const auto of_paper = [&](const std::string& column) -> std::optional<Published> {
    const auto found = values.find({data.dataset, column});
    return found == values.end() ? std::nullopt : std::optional(found->second);
  };
  const Summary per_client = summarise({data.samples.begin(), data.samples.end()});
  const auto samples = per_client.mean * static_cast<double>(per_client.count);
  const auto paper_clients = of_paper("clients"), paper_samples = of_paper("samples"),
             paper_mean = of_paper("samples per client"), paper_classes = of_paper("classes"),
             paper_fewest = of_paper("classes per client, min"),
             paper_most = of_paper("classes per client, max");
  const auto value = [](const std::optional<Published>& found) {
    return found ? TableCell(found->value) : TableCell("none");
  };
  const auto clients = static_cast<double>(data.client_id.size());
  return {data.dataset,
          data.source == "generated" ? "generated, not the real data" : data.source,
          clients,
          value(paper_clients),
          paper_clients ? TableCell(clients / paper_clients->value) : TableCell("none"),
          count_role(data, 0),
          count_role(data, 1),
          count_role(data, 2),
          samples,
          value(paper_samples),
          mean(per_client),
          value(paper_mean),
          optional_number(per_client.deviation),
          paper_mean ? optional_number(paper_mean->deviation) : TableCell("none"),
          data.classes.empty() ? TableCell(Missing{"not recorded"})
                               : TableCell(static_cast<double>(data.classes_of_all)),
          value(paper_classes),
          extreme(data.classes, false),
          value(paper_fewest),
          extreme(data.classes, true),
          value(paper_most),
          fmt::format("{:016x}", record::fingerprint(data))};
}

}  // namespace

ReportTable headline_table(const std::vector<Comparison>& comparisons) {
  ReportTable table{
      "summary",
      "Results",
      "Accuracy on the query sets of the evaluated clients at the last evaluation, after adaptation and "
      "before; mean over complete seeds and sample standard deviation in percentage points. Rounds to "
      "the target accuracy, and how many times less FLOP and bytes than the baseline until then; < and > "
      "are bounds, a dash where nothing is known. The sections below say how each is measured.",
      {{"setting", "setting"},
       {"method", "method"},
       {"accuracy", "accuracy", Format::percent},
       {"sd", "accuracy_sd", Format::points},
       {"before", "initial_accuracy", Format::percent},
       {"seeds", "seeds", Format::integer},
       {"rounds to target", "rounds", Format::integer},
       {"", "rounds_bound"},
       {"FLOP reduction", "flops_reduction", Format::factor},
       {"bytes reduction", "bytes_reduction", Format::factor},
       {"baseline", "baseline"}},
      {}};
  for (const Comparison& comparison : comparisons)
    for (const Method& method : comparison.methods) table.rows.push_back(headline_row(comparison, method));
  return table;
}

ReportTable runs_table(const std::vector<Source>& sources) {
  ReportTable table{"runs",
                    "Runs",
                    "The verdict of each run: valid where it ended and passed all checks of fedmeta_bench.",
                    {{"file", "file"},
                     {"algorithm", "algorithm"},
                     {"verdict", "verdict"},
                     {"runs", "runs", Format::integer},
                     {"seeds", "seeds"}},
                    {}};
  for (const Source& source : sources) {
    std::vector<std::pair<std::string, std::string>> order;  // algorithm, verdict
    std::map<std::pair<std::string, std::string>, std::vector<std::string>> seeds;
    for (const record::Run& run : source.results.runs) {
      const std::pair key(run.header.algorithm, verdict_of(run));
      if (!seeds.contains(key)) order.push_back(key);
      seeds[key].push_back(std::to_string(run.header.seed));
    }
    for (const auto& key : order)
      table.rows.push_back({source.path.filename().string(), key.first, key.second,
                            static_cast<double>(seeds[key].size()), joined(seeds[key], " ")});
  }
  return table;
}

ReportTable data_table(const std::vector<Source>& sources) {
  ReportTable table{
      "data",
      "Data",
      "The clients of the runs beside those of Chen et al. 2018, Table 1. Deviation: the sample standard "
      "deviation over clients. Files with the same fingerprint have the same clients: names, roles, "
      "samples and sizes of support sets. Classes: those that occur, in all clients and in one. Files of "
      "earlier versions have not recorded them.",
      {{"data set", "dataset"},
       {"source", "source"},
       {"clients", "clients", Format::integer},
       {"published", "published_clients", Format::integer},
       {"share", "clients_share", Format::percent},
       {"train", "train_clients", Format::integer},
       {"validation", "validation_clients", Format::integer},
       {"test", "test_clients", Format::integer},
       {"samples", "samples", Format::integer},
       {"published", "published_samples", Format::integer},
       {"samples per client", "samples_mean", Format::decimal},
       {"published", "published_samples_mean", Format::decimal},
       {"deviation", "samples_sd", Format::decimal},
       {"published", "published_samples_sd", Format::decimal},
       {"classes", "classes", Format::integer},
       {"published", "published_classes", Format::integer},
       {"per client, min", "classes_min", Format::integer},
       {"published", "published_classes_min", Format::integer},
       {"max", "classes_max", Format::integer},
       {"published", "published_classes_max", Format::integer},
       {"fingerprint", "fingerprint"}},
      {}};
  std::set<std::pair<std::string, std::uint64_t>> seen;
  for (const Source& source : sources) {
    const record::Data& data = source.results.data;
    if (seen.insert({data.dataset + data.source, record::fingerprint(data)}).second)
      table.rows.push_back(data_row(data));
  }
  return table;
}

}  // namespace fedmeta::report

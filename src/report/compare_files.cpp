#include "report/compare_files.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "base/error.hpp"
#include "record/fingerprint.hpp"
#include "report/output/table.hpp"
#include "report/output/text_sinks.hpp"
#include "report/pooling/method_names.hpp"
#include "report/pooling/over_seeds.hpp"

namespace fedmeta::report {
namespace {

struct Pair {
  Member a, b;
};

/// The runs of an algorithm that both files have, by seed.
using Pairs = std::map<std::string, std::vector<Pair>>;

Pairs pairs_of(const Source& a, const Source& b) {
  const std::string where = a.path.string() + " and " + b.path.string();
  const auto &left = a.results.data, &right = b.results.data;
  if (left.dataset != right.dataset)
    throw Error(Status::usage, "not the same data set: " + left.dataset + " and " + right.dataset, where,
                "give two files of the same experiment");
  Pairs pairs;
  for (const record::Run& run : a.results.runs)
    for (const record::Run& other : b.results.runs)
      if (run.header.algorithm == other.header.algorithm && run.header.seed == other.header.seed)
        pairs[run.header.algorithm].push_back({{&run, &a}, {&other, &b}});
  if (pairs.empty())
    throw Error(Status::usage, "no algorithm has the same seed in both files", where,
                "give two files of the same experiment");
  return pairs;
}

std::string split_of(const Pair& pair) {
  for (const char* split : splits)
    if (last_evaluation(pair.a, split) && last_evaluation(pair.b, split)) return split;
  return "test";
}

/// A table of two columns, one for each file, with the lines in which they differ.
class Differences {
 public:
  void add(const std::string& what, const std::string& a, const std::string& b) {
    if (a != b) table_.rows.push_back({what, a, b});
  }
  std::string text() const {
    return table_.rows.empty() ? "The settings are the same.\n" : to_markdown(table_);
  }

 private:
  ReportTable table_{"", "", "", {{"setting", ""}, {"A", ""}, {"B", ""}}, {}};
};

std::string text_of_value(const record::RunHeader& header, const std::string& name) {
  for (const auto& [own, value] : header.hyperparameters)
    if (own == name) return text_of(value);
  return "absent";
}

std::string differences_text(const Source& a, const Source& b, const Pairs& pairs) {
  Differences differences;
  const auto &left = a.results, &right = b.results;
  differences.add("version", left.header.version, right.header.version);
  differences.add("commit", left.header.git_commit, right.header.git_commit);
  differences.add("machine", describe(machine_of(left.system)), describe(machine_of(right.system)));
  differences.add("data set", left.data.dataset, right.data.dataset);
  differences.add("source of the data", left.data.source, right.data.source);
  differences.add("data seed", std::to_string(left.data.data_seed), std::to_string(right.data.data_seed));
  differences.add("clients", std::to_string(left.data.client_id.size()),
                  std::to_string(right.data.client_id.size()));
  differences.add("fingerprint of the clients", fmt::format("{:016x}", record::fingerprint(left.data)),
                  fmt::format("{:016x}", record::fingerprint(right.data)));
  for (const auto& [algorithm, runs] : pairs) {
    const auto &one = runs.front().a.run->header, &other = runs.front().b.run->header;
    std::set<std::string> names;
    for (const auto& name : report::differences(one, other)) names.insert(name);
    for (const auto& name : report::differences(other, one)) names.insert(name);
    for (const auto& name : names)
      differences.add(algorithm + " " + name, text_of_value(one, name), text_of_value(other, name));
    for (const Pair& pair : runs) {
      const auto seed = algorithm + " seed " + std::to_string(pair.a.run->header.seed);
      differences.add(seed + ", status", pair.a.run->status, pair.b.run->status);
      differences.add(seed + ", rounds", std::to_string(pair.a.run->rounds.size()),
                      std::to_string(pair.b.run->rounds.size()));
    }
  }
  return differences.text();
}

/// Returns a sentence on the runs of one file that the other lacks, or nothing.
std::string without_partner(const Source& one, const Source& other, const std::string& name) {
  std::string runs;
  for (const record::Run& run : one.results.runs) {
    const auto is_same = [&](const record::Run& candidate) {
      return candidate.header.algorithm == run.header.algorithm && candidate.header.seed == run.header.seed;
    };
    if (std::none_of(other.results.runs.begin(), other.results.runs.end(), is_same))
      runs += (runs.empty() ? "" : ", ") + markdown_text(run.header.algorithm) + " seed " +
              std::to_string(run.header.seed);
  }
  return runs.empty() ? "" : "Not compared, in " + name + " alone: " + runs + "\n";
}

/// Returns each client's accuracy, by its name, mean over the runs.
std::map<std::string, double> accuracies(const std::vector<Pair>& runs, Member Pair::*member) {
  std::map<std::string, std::vector<double>> values;
  for (const Pair& pair : runs) {
    const auto& names = (pair.*member).source->results.data.client_id;
    for (const cost::ClientRow& row : (pair.*member).run->clients)
      if (row.client >= 0 && static_cast<std::size_t>(row.client) < names.size())
        values[names[static_cast<std::size_t>(row.client)]].push_back(row.accuracy);
  }
  std::map<std::string, double> means;
  for (const auto& [name, all] : values) means[name] = summarise(all).mean;
  return means;
}

struct Clients {
  std::size_t better = 0, worse = 0, equal = 0;
};

/// Counts the clients that both have by how they do in B.
Clients count_clients(const std::vector<Pair>& runs) {
  const auto a = accuracies(runs, &Pair::a), b = accuracies(runs, &Pair::b);
  Clients count;
  for (const auto& [name, accuracy] : a) {
    const auto other = b.find(name);
    if (other == b.end()) continue;
    ++(other->second > accuracy ? count.better : other->second < accuracy ? count.worse : count.equal);
  }
  return count;
}

double accuracy_of(const std::vector<Pair>& runs, Member Pair::*member) {
  std::vector<double> values;
  for (const Pair& pair : runs)
    if (const auto* row = last_evaluation(pair.*member, split_of(pair))) values.push_back(row->accuracy);
  return values.size() == runs.size() ? summarise(values).mean : std::nan("");
}

Summary total_of(const std::vector<Pair>& runs, Member Pair::*member, double Total::*amount) {
  std::vector<double> values;
  for (const Pair& pair : runs) values.push_back(total(*(pair.*member).run).*amount);
  return summarise(values);
}

std::vector<TableCell> result_row(const std::string& algorithm, const std::vector<Pair>& runs) {
  const double a = accuracy_of(runs, &Pair::a), b = accuracy_of(runs, &Pair::b);
  const auto number = [](double value) { return std::isnan(value) ? TableCell() : TableCell(value); };
  const auto clients = count_clients(runs);
  return {algorithm,
          static_cast<double>(runs.size()),
          number(a),
          number(b),
          std::isnan(b - a) ? TableCell() : TableCell(fmt::format("{:+.2f}", 100 * (b - a))),
          fmt::format("{} / {} / {}", clients.better, clients.worse, clients.equal),
          sign_test(clients.better, clients.worse),
          total_of(runs, &Pair::a, &Total::flops).mean,
          total_of(runs, &Pair::b, &Total::flops).mean,
          total_of(runs, &Pair::a, &Total::seconds).mean,
          total_of(runs, &Pair::b, &Total::seconds).mean};
}

}  // namespace

double sign_test(std::size_t better, std::size_t worse) {
  const auto n = static_cast<double>(better + worse);
  double tail = 0;
  for (std::size_t k = 0; k <= std::min(better, worse); ++k) {
    const auto of = static_cast<double>(k);
    tail += std::exp(std::lgamma(n + 1) - std::lgamma(of + 1) - std::lgamma(n - of + 1) - n * std::log(2.0));
  }
  return std::min(1.0, 2 * tail);
}

FilesCompared compare_files(const Source& a, const Source& b, double tolerance) {
  const auto pairs = pairs_of(a, b);
  ReportTable table{"",
                    "",
                    "",
                    {{"method", ""},
                     {"seeds", "", Format::integer},
                     {"accuracy A", "", Format::percent},
                     {"accuracy B", "", Format::percent},
                     {"points", ""},
                     {"clients better / worse / equal", ""},
                     {"p", "", Format::decimal},
                     {"FLOP A", "", Format::prefixed},
                     {"FLOP B", "", Format::prefixed},
                     {"seconds A", "", Format::decimal},
                     {"seconds B", "", Format::decimal}},
                    {}};
  FilesCompared result;
  std::string verdict;
  for (const auto& [algorithm, runs] : pairs) {
    table.rows.push_back(result_row(algorithm, runs));
    const double lost = accuracy_of(runs, &Pair::a) - accuracy_of(runs, &Pair::b);
    if (std::isnan(lost))
      throw Error(Status::usage, algorithm + ": no split of the clients was evaluated in both",
                  a.path.string() + " and " + b.path.string(), "run both with the same --eval-on");
    if (!(lost > tolerance)) continue;
    result.worse = true;
    verdict += fmt::format("B is worse: {} by {:.2f} points, more than {:.9g}\n", markdown_text(algorithm),
                           100 * lost, 100 * tolerance);
  }
  if (!result.worse) verdict = fmt::format("B is not worse by more than {:.9g} points\n", 100 * tolerance);
  result.text =
      "A: " + markdown_text(a.path.string()) + "\nB: " + markdown_text(b.path.string()) + "\n\n" +
      differences_text(a, b, pairs) + "\n" + to_markdown(table) + without_partner(a, b, "A") +
      without_partner(b, a, "B") +
      "\np: two-sided sign test over the clients of the last evaluation that both have, each with its "
      "mean over the seeds\n\n" +
      verdict;
  return result;
}

}  // namespace fedmeta::report

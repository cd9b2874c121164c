#include "report/machine/microbench.hpp"

#include <fmt/core.h>
#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "base/error.hpp"
#include "base/input_file.hpp"
#include "base/joined.hpp"
#include "record/file_seal.hpp"
#include "report/machine/rows.hpp"

namespace fedmeta::report {
namespace {

namespace fs = std::filesystem;
namespace dom = simdjson::dom;

constexpr std::string_view length_mark = "/length:";
/// Calls of which there are messages, and the bytes of each of their numbers.
const std::vector<std::pair<std::string, double>>& calls() {
  static const std::vector<std::pair<std::string, double>> all{
      {"broadcast", 4}, {"reduction/native", 4}, {"reduction/reproducible", 8}};
  return all;
}

[[noreturn]] void refuse(const std::string& what, const fs::path& path) {
  throw Error(Status::own_file, what, path.string(),
              "give a JSON file of fedmeta_microbench (--benchmark_out=FILE.json)");
}

double seconds_in(std::string_view unit) {
  static const std::map<std::string_view, double> units{{"ns", 1e-9}, {"us", 1e-6}, {"ms", 1e-3}, {"s", 1}};
  const auto found = units.find(unit);
  return found == units.end() ? std::nan("") : found->second;
}

std::string text(const dom::element& object, const char* key) {
  std::string_view value;
  return object[key].get(value) == simdjson::SUCCESS ? std::string(value) : "";
}

/// The context has numbers as text.
double number_in_text(const dom::element& object, const char* key) {
  const auto value = text(object, key);
  double number = 0;
  const auto [end, failed] = std::from_chars(value.data(), value.data() + value.size(), number);
  return failed == std::errc() && std::isfinite(number) && number > 0 ? number : 0;
}

/// Returns the place of the call in calls() and the length, of "broadcast/length:1024/manual_time".
std::optional<std::pair<std::size_t, double>> call_and_length(std::string_view name) {
  const auto mark = name.find(length_mark);
  if (mark == std::string_view::npos) return {};
  const auto digits = name.substr(mark + length_mark.size());
  std::int64_t length = 0;
  if (std::from_chars(digits.data(), digits.data() + digits.size(), length).ec != std::errc() || length <= 0)
    return {};
  for (std::size_t c = 0; c < calls().size(); ++c)
    if (calls()[c].first == name.substr(0, mark)) return std::pair(c, static_cast<double>(length));
  return {};
}

/// Whether a benchmark ended without a result: Google Benchmark's `error_occurred`, and `skipped` from 1.8
/// on.
bool has_failed(const dom::element& benchmark) {
  for (const char* mark : {"error_occurred", "skipped"}) {
    bool value = false;
    if (benchmark[mark].get(value) == simdjson::SUCCESS && value) return true;
  }
  return false;
}

/// The single measurements of a file, repetitions among them.
struct Measurements {
  std::vector<dom::element> all;
  std::vector<std::string> failed;  ///< names of those without a result, each once
};

/// Throws Error(input) where there are none.
Measurements measurements_in(const dom::array& benchmarks, const fs::path& path) {
  Measurements found;
  for (const dom::element benchmark : benchmarks) {
    const auto name = text(benchmark, "name");
    if (name.empty() || text(benchmark, "run_type") == "aggregate") continue;
    if (!has_failed(benchmark))
      found.all.push_back(benchmark);
    else if (std::ranges::find(found.failed, name) == found.failed.end())
      found.failed.push_back(name);
  }
  if (found.all.empty())
    throw Error(Status::input,
                found.failed.empty() ? "the file has no single measurement" : "all benchmarks failed",
                path.string(), "measure again, without --benchmark_report_aggregates_only");
  return found;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const auto n = values.size();
  return (values[(n - 1) / 2] + values[n / 2]) / 2;
}

std::vector<MessageTime> messages_in(const std::vector<dom::element>& benchmarks, const fs::path& path) {
  std::map<std::pair<std::size_t, double>, std::vector<double>> seconds;
  for (const dom::element& benchmark : benchmarks) {
    const auto at = call_and_length(text(benchmark, "name"));
    if (!at) continue;
    double time = 0;
    const bool there = benchmark["real_time"].get(time) == simdjson::SUCCESS;
    const double value = time * seconds_in(text(benchmark, "time_unit"));
    if (!there || !std::isfinite(value) || value <= 0) refuse("no time of " + text(benchmark, "name"), path);
    seconds[*at].push_back(value);
  }
  std::vector<MessageTime> messages;
  for (const auto& [at, values] : seconds) {
    const auto& [call, bytes] = calls()[at.first];
    messages.push_back({call, bytes * at.second, median(values)});
  }
  return messages;
}

TableCell where_positive(double value) {
  return value > 0 ? TableCell(value) : TableCell(Missing{"not in the file"});
}

}  // namespace

std::vector<Microbenchmark> read_microbenchmarks(const std::vector<fs::path>& files) {
  std::vector<Microbenchmark> all;
  std::map<std::string, fs::path> seen;  // by the sum of their bytes
  for (const fs::path& file : files) {
    all.push_back(read_microbenchmark(file));
    const auto [same, is_new] = seen.try_emplace(record::file_sum(file), file);
    if (!is_new)
      throw Error(Status::usage, "the same file twice", same->second.string() + " and " + file.string(),
                  "leave one out");
  }
  return all;
}

Microbenchmark read_microbenchmark(const fs::path& path) {
  check_regular_file(path, Status::own_file, "give a JSON file of fedmeta_microbench");
  dom::parser parser;
  dom::element document;
  if (const auto failed = parser.load(path.string()).get(document))
    refuse(std::string("cannot read JSON: ") + simdjson::error_message(failed), path);
  dom::element context;
  dom::array benchmarks;
  if (document["context"].get(context) != simdjson::SUCCESS ||
      document["benchmarks"].get(benchmarks) != simdjson::SUCCESS)
    refuse("no context or no benchmarks", path);
  const auto ranks = number_in_text(context, "ranks");
  if (ranks == 0) refuse("no number of ranks", path);
  const auto measurements = measurements_in(benchmarks, path);
  return {.file = path.filename().string(),
          .ranks = ranks,
          .threads = number_in_text(context, "threads_per_rank"),
          .mpi = text(context, "mpi"),
          .device = text(context, "device"),
          .gemm_flops_per_second = number_in_text(context, "sgemm_flops_per_second"),
          .memory_bytes_per_second = number_in_text(context, "memory_bytes_per_second"),
          .messages = messages_in(measurements.all, path),
          .failed = measurements.failed};
}

std::vector<std::string> failure_notes(const std::vector<Microbenchmark>& all) {
  std::vector<std::string> notes;
  for (const auto& file : all)
    if (!file.failed.empty())
      notes.push_back(file.file + ": failed and left out: " + joined(file.failed, ", "));
  return notes;
}

ReportTable message_table(const std::vector<Microbenchmark>& all) {
  ReportTable table{
      "machine-messages",
      "Messages",
      "Microbenchmarks of broadcast and reduction by the calls that a round makes: time until the slowest "
      "rank has its part. Bytes are those of the message, whatever the number of ranks.",
      {{"file", "file"},
       {"ranks", "ranks", Format::integer},
       {"call", "call"},
       {"bytes", "bytes", Format::prefixed},
       {"seconds", "seconds", Format::significant},
       {"bytes/s", "bytes_per_second", Format::prefixed}},
      {}};
  for (const auto& file : all)
    for (const auto& message : file.messages)
      table.rows.push_back({file.file, file.ranks, message.call, message.bytes, message.seconds,
                            message.bytes / message.seconds});
  return table;
}

ReportTable ceiling_table(const std::vector<Microbenchmark>& all) {
  ReportTable table{
      "machine-ceilings",
      "Latency, bandwidth and ceilings",
      "Of the same microbenchmarks: latency is the time of the shortest message, bandwidth that of the "
      "longest one. sgemm and memory are of all ranks at once; a computation with less FLOP per byte than "
      "the ridge, sgemm over memory, is limited by memory.",
      {{"file", "file"},
       {"ranks", "ranks", Format::integer},
       {"threads", "threads", Format::integer},
       {"device", "device"},
       {"MPI", "mpi"},
       {"call", "call"},
       {"latency (s)", "latency_seconds", Format::significant},
       {"of bytes", "latency_bytes", Format::prefixed},
       {"bandwidth (bytes/s)", "bytes_per_second", Format::prefixed},
       {"of bytes", "bandwidth_bytes", Format::prefixed},
       {"sgemm (FLOP/s)", "gemm_flops_per_second", Format::prefixed},
       {"memory (bytes/s)", "memory_bytes_per_second", Format::prefixed},
       {"ridge (FLOP/byte)", "ridge", Format::significant}},
      {}};
  for (const auto& file : all) {
    const bool has_ridge = file.gemm_flops_per_second > 0 && file.memory_bytes_per_second > 0;
    const std::vector<TableCell> before{file.file, file.ranks, where_positive(file.threads), file.device,
                                        file.mpi};
    const std::vector<TableCell> after{
        where_positive(file.gemm_flops_per_second), where_positive(file.memory_bytes_per_second),
        where_positive(has_ridge ? file.gemm_flops_per_second / file.memory_bytes_per_second : 0)};
    const auto add = [&](const std::vector<TableCell>& middle) {
      auto row = before;
      row.insert(row.end(), middle.begin(), middle.end());
      row.insert(row.end(), after.begin(), after.end());
      table.rows.push_back(std::move(row));
    };
    for (auto first = file.messages.begin(); first != file.messages.end();) {
      const auto end = std::find_if(first, file.messages.end(),
                                    [&](const auto& message) { return message.call != first->call; });
      const auto& last = *std::prev(end);
      add({first->call, first->seconds, first->bytes, last.bytes / last.seconds, last.bytes});
      first = end;
    }
    const Missing none{file.ranks == 1 ? "one rank" : "not in the file"};
    if (file.messages.empty()) add({"none", none, none, none, none});
  }
  return table;
}

}  // namespace fedmeta::report

#include "programs/data/inspect.hpp"

#include <fmt/core.h>

#include <cstdio>
#include <string>

#include "base/terminal_text.hpp"
#include "data/leaf/shard_files.hpp"
#include "data/sets/sent140.hpp"
#include "data/statistics.hpp"
#include "programs/data/histogram.hpp"

namespace fedmeta::programs {
namespace {

void row(const char* name, const std::string& value) {
  std::printf("%-29s %s\n", name, terminal_text(value).c_str());
}
void row(const char* name, std::int64_t value) {
  row(name, std::to_string(value));
}
void row(const char* name, double value, int decimals = 2) {
  row(name, fmt::format("{:.{}f}", value, decimals));
}

void print(const data::Statistics& s) {
  row("clients", s.clients);
  row("samples", s.samples);
  row("classes", s.classes);
  row("samples per client, mean", s.mean);
  row("samples per client, deviation", s.deviation);
  row("samples per client, min", s.fewest);
  row("samples per client, max", s.most);
  row("classes per client, min", s.fewest_classes);
  row("classes per client, max", s.most_classes);
}

void print(const data::TokenCount& count) {
  row("tokens", count.tokens);
  row("share of unknown tokens", count.unknown_share(), 4);
}

}  // namespace

void inspect(const InspectOptions& options) {
  if (!options.histogram.empty()) check_histogram(options.histogram, options.force);
  auto plan = options.source;
  plan.shared_services = true;
  const DataSource source(plan);
  data::StatisticsCollector collector;
  data::TokenCount tokens;
  const auto* vectors = source.vectors();
  const auto files = source.read([&](data::Client&& client) {
    collector.add(client);
    if (!vectors || client.labels.empty()) return;
    const auto count = data::count_tokens(client, vectors->words);
    tokens.tokens += count.tokens;
    tokens.unknown += count.unknown;
  });
  row("dataset", source.dataset());
  row("source", source.source());
  row("files read", files);
  if (!source.passed_over().empty()) row("files NOT read", data::passed_over_list(source.passed_over()));
  print(collector.result());
  if (vectors) print(tokens);
  if (!options.histogram.empty())
    draw_histogram(options.histogram, source.dataset(), collector.samples_per_client());
}

}  // namespace fedmeta::programs

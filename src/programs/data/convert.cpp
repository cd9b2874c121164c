#include "programs/data/convert.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>
#include <numeric>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/terminal_text.hpp"
#include "data/divide/user_sampling.hpp"
#include "data/leaf/shard_files.hpp"
#include "data/reading.hpp"
#include "data/registry.hpp"
#include "record/data_file.hpp"
#include "record/output_file.hpp"
#include "record/output_lock.hpp"

namespace fedmeta::programs {
namespace {

using data::Client;

/// Returns whole clients, sorted by id. Counts files, users and samples in `reading`.
std::vector<Client> read_whole(const DataSource& source, data::Reading& reading) {
  std::map<std::string, Client> joined;
  reading.files = source.read([&](Client&& part) {
    const auto [place, is_new] = joined.try_emplace(part.id);
    if (is_new || place->second.labels.empty())
      place->second = std::move(part);
    else if (!part.labels.empty())
      data::append(place->second, std::move(part));
  });
  std::vector<Client> clients;
  clients.reserve(joined.size());
  for (auto& [id, client] : joined) {
    reading.samples += std::ssize(client.labels);
    clients.push_back(std::move(client));
  }
  reading.users = std::ssize(clients);
  return clients;
}

std::vector<std::string> ids_of(const std::vector<Client>& clients) {
  std::vector<std::string> ids;
  ids.reserve(clients.size());
  for (const Client& client : clients) ids.push_back(client.id);
  return ids;
}

std::vector<std::int64_t> samples_of(const std::vector<Client>& clients) {
  std::vector<std::int64_t> samples;
  samples.reserve(clients.size());
  for (const Client& client : clients) samples.push_back(std::ssize(client.labels));
  return samples;
}

/// Draws a share of the samples. A client that loses some keeps its first ones, so that sequences stay whole;
/// a client that loses all is removed.
void sample(std::vector<Client>& clients, double share, std::uint64_t seed) {
  const auto kept = data::sample_users(ids_of(clients), samples_of(clients), share, seed);
  for (std::size_t i = 0; i < clients.size(); ++i) {
    if (kept[i] == std::ssize(clients[i].labels)) continue;
    std::vector<std::int32_t> first(static_cast<std::size_t>(kept[i]));
    std::iota(first.begin(), first.end(), 0);
    data::select(clients[i], first);
  }
  std::erase_if(clients, [](const Client& client) { return client.labels.empty(); });
}

std::vector<Client> chosen(const ConvertOptions& options, const DataSource& source, data::Reading& reading) {
  auto clients = read_whole(source, reading);
  const auto seed = options.source.dataset.seed;
  if (options.sample_share != 1) sample(clients, options.sample_share, seed);
  reading.dropped = data::count_dropped(samples_of(clients), options.filters);
  std::vector<Client> kept;
  for (const auto i : data::filter_clients(ids_of(clients), samples_of(clients), options.filters, seed))
    kept.push_back(std::move(clients[i]));
  return kept;
}

/// Returns floats if any client has them, else the storage that all have in common.
data::Storage common_storage(const std::vector<Client>& clients) {
  auto storage = data::Storage::bytes;
  for (const Client& client : clients)
    if (!client.labels.empty()) storage = std::max(storage, data::storage_of(client.features));
  return storage;
}

void print(const data::Reading& reading) {
  const auto number = [](std::int64_t value) { return static_cast<long long>(value); };
  std::printf("read: %lld %s, %lld users, %lld samples\n", number(reading.files),
              reading.files == 1 ? "file" : "files", number(reading.users), number(reading.samples));
  const auto& dropped = reading.dropped;
  const auto print_dropped = [&](const char* option, std::int64_t users) {
    if (users > 0) std::printf("dropped by %s: %lld users\n", option, number(users));
  };
  print_dropped("--min-samples", dropped.min_samples);
  print_dropped("--max-samples", dropped.max_samples);
  print_dropped("--max-clients", dropped.max_clients);
}

/// Refuses an output that would destroy the input.
void check_not_the_input(const ConvertOptions& options) {
  std::error_code ignored;
  if (!std::filesystem::equivalent(options.source.path, options.output, ignored)) return;
  throw Error(Status::usage, "the output is the input", "--output " + options.output.string(),
              "choose another --output");
}

}  // namespace

void convert(const ConvertOptions& options) {
  check_not_the_input(options);
  const record::OutputLock lock(options.output);
  record::check_output(options.output, options.force);
  const DataSource source(options.source);
  const auto& needed = data::dataset_named(source.dataset()).vectors_option;
  if (!needed.empty() && !source.vectors())
    throw Error(Status::usage, source.dataset() + " needs word vectors", options.source.path.string(),
                "give --" + needed + " FILE, such as glove.6B.300d.txt");
  data::Reading reading;
  auto clients = chosen(options, source, reading);
  record::DataFileHeader header{source.dataset(), source.source(), common_storage(clients), source.width(),
                                std::ssize(clients)};
  header.passed_over = data::in_lines(source.passed_over());
  record::write_data_file(
      options.output, header, [&](std::int64_t i) { return std::move(clients[static_cast<std::size_t>(i)]); },
      source.vectors(), options.force);
  print(reading);
  std::printf("%lld clients of %s in %s\n", static_cast<long long>(header.clients), header.dataset.c_str(),
              terminal_text(options.output.string()).c_str());
}

}  // namespace fedmeta::programs

#include "hosting/loading.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <numeric>
#include <set>

#include "base/random.hpp"
#include "data/divide/label_shards.hpp"
#include "data/leaf/repeated_parts.hpp"
#include "data/sample_hash.hpp"
#include "hosting/client_message.hpp"
#include "hosting/loading_steps.hpp"
#include "record/data_file.hpp"
#include "record/file_dataset.hpp"

namespace fedmeta::hosting {
namespace {

void merge(Hosted& hosted, data::Client&& client) {
  const auto [place, inserted] = hosted.try_emplace(client.id);
  if (inserted)
    place->second = std::move(client);
  else
    data::append(place->second, std::move(client));
}

/// Returns the files to read. Files that are passed over are noted in `reading`, or are an error.
std::vector<std::filesystem::path> files_of(const DataPlan& plan, const data::Dataset& dataset,
                                            data::Reading& reading) {
  const auto files = dataset.files(plan.path);
  reading.files = std::ssize(files.read);
  reading.passed_over =
      data::names_passed_over(files, plan.path, plan.allow_partial, dataset.passed_over_before());
  return files.read;
}

/// Reads the clients that this rank hosts.
Hosted read_own(const comm::Communicator& world, const DataPlan& plan, const data::Dataset& dataset,
                data::Reading& reading) {
  Hosted hosted;
  comm::agree(world, [&] {
    const auto mine = [&](const std::string& id) { return home_of(id, world.size()) == world.rank(); };
    for (const auto& file : files_of(plan, dataset, reading))
      for (auto& client : dataset.read_wanted(file, mine)) merge(hosted, std::move(client));
  });
  return hosted;
}

/// Merges this rank's clients from the files of one turn.
void merge_turn(Hosted& hosted, data::RepeatedParts& parts, const std::vector<comm::Bytes>& messages,
                std::span<const std::filesystem::path> files) {
  for (std::size_t reader = 0; reader < files.size(); ++reader)
    for (auto& client : unpack(messages[reader])) {
      parts.add(client, files[reader]);
      client.origins.clear();
      merge(hosted, std::move(client));
    }
}

/// Reads file f on rank f mod world, and after each turn sends the clients to their hosts. Files thus arrive
/// in order, and a user's samples are joined in file order.
Hosted read_files(const comm::Communicator& world, const DataPlan& plan, const data::Dataset& dataset,
                  data::Reading& reading) {
  const auto ranks = static_cast<std::size_t>(world.size());
  std::vector<std::filesystem::path> files;
  comm::agree(world, [&] { files = files_of(plan, dataset, reading); });
  Hosted hosted;
  data::RepeatedParts parts;
  for (std::size_t turn = 0; turn < files.size(); turn += ranks) {
    std::vector<comm::Bytes> to_each(ranks);
    comm::agree(world, [&] {
      const auto mine = turn + static_cast<std::size_t>(world.rank());
      if (mine >= files.size()) return;
      for (const auto& client : dataset.read(files[mine]))
        pack(client, to_each[static_cast<std::size_t>(home_of(client.id, world.size()))]);
    });
    const auto messages = world.exchange(to_each);
    const auto in_turn = std::span(files).subspan(turn, std::min(ranks, files.size() - turn));
    comm::agree(world, [&] { merge_turn(hosted, parts, messages, in_turn); });
  }
  return hosted;
}

Hosted read(const comm::Communicator& world, const DataPlan& plan, const data::Dataset& dataset,
            data::Reading& reading) {
  return dataset.indexed() ? read_own(world, plan, dataset, reading)
                           : read_files(world, plan, dataset, reading);
}

Hosted generate(const comm::Communicator& world, const data::Dataset& dataset) {
  Hosted hosted;
  comm::agree(world, [&] {
    for (std::int64_t i = 0; i < dataset.generated_clients(); ++i)
      if (const auto id = dataset.generated_id(i); home_of(id, world.size()) == world.rank())
        hosted[id] = dataset.generate(i);
  });
  return hosted;
}

/// Sends all clients to all ranks. Each rank deals them in the same way and keeps those it hosts.
Hosted deal_shards(const comm::Communicator& world, Hosted hosted, std::uint64_t seed) {
  comm::Bytes mine;
  for (const auto& [id, client] : hosted) pack(client, mine);
  hosted.clear();
  std::vector<data::Client> all;
  for (const auto& message : world.all_gather(mine))
    for (auto& client : unpack(message)) all.push_back(std::move(client));
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  comm::agree(world, [&] {
    const auto clients = static_cast<std::int64_t>(all.size());
    for (auto& client : data::deal_label_shards(std::move(all), clients, seed))
      if (home_of(client.id, world.size()) == world.rank()) hosted[client.id] = std::move(client);
  });
  return hosted;
}

}  // namespace

int home_of(const std::string& id, int ranks) {
  return static_cast<int>(hash(id) % static_cast<std::uint64_t>(ranks));
}

Places draw_samples(Hosted& hosted, double share, std::uint64_t seed) {
  Places places;
  if (share >= 1) return places;
  for (auto& [id, client] : hosted) {
    auto& drawn = places[id] = data::draw_share(id, std::ssize(client.labels), share, seed);
    data::select(client, drawn);
  }
  return places;
}

namespace {

void count_read(const comm::Communicator& world, const Hosted& hosted, data::Reading& reading) {
  std::int64_t samples = 0;
  for (const auto& [id, client] : hosted) samples += std::ssize(client.labels);
  struct Counts {
    std::int64_t users, samples;
  };
  reading.users = reading.samples = 0;
  for (const auto& of_rank : world.all_gather(Counts{std::ssize(hosted), samples})) {
    reading.users += of_rank.users;
    reading.samples += of_rank.samples;
  }
}

/// What a rank sends about a client besides its id.
struct EntryRecord {
  std::int64_t samples, text, id_length;
  data::Storage storage;
};

/// Returns the clients of all ranks, sorted by id.
std::vector<CatalogueClient> gather_entries(const comm::Communicator& world, const Hosted& hosted) {
  std::vector<EntryRecord> mine;
  std::string ids;
  for (const auto& [id, client] : hosted) {
    mine.push_back({std::ssize(client.labels), data::size_of(client).text, std::ssize(id),
                    static_cast<data::Storage>(client.features.index())});
    ids += id;
  }
  const auto records = world.all_gather_lists(std::span<const EntryRecord>(mine));
  const auto ids_of_ranks = world.all_gather(ids);
  std::vector<CatalogueClient> entries;
  for (int rank = 0; rank < world.size(); ++rank) {
    std::size_t at = 0;
    for (const auto& record : records[static_cast<std::size_t>(rank)]) {
      CatalogueClient entry;
      const auto length = static_cast<std::size_t>(record.id_length);
      entry.id = ids_of_ranks[static_cast<std::size_t>(rank)].substr(at, length);
      entry.samples = static_cast<std::int32_t>(record.samples);
      entry.storage = record.storage;
      entry.text = record.text;
      entry.home = rank;
      at += length;
      entries.push_back(std::move(entry));
    }
  }
  std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  return entries;
}

}  // namespace

std::vector<CatalogueClient> filtered(std::vector<CatalogueClient> all, const DataPlan& plan,
                                      data::Reading& reading) {
  std::vector<std::string> ids;
  std::vector<std::int64_t> samples;
  for (const auto& client : all) {
    ids.push_back(client.id);
    samples.push_back(client.samples);
  }
  std::vector<CatalogueClient> kept;
  for (const auto index : data::filter_clients(ids, samples, plan.filters, plan.dataset.seed))
    kept.push_back(all[index]);
  reading.filters = plan.filters;
  reading.dropped = data::count_dropped(samples, plan.filters);
  const auto roles = data::split_clients(kept.size(), plan.dataset.seed, plan.roles);
  for (std::size_t i = 0; i < kept.size(); ++i) kept[i].role = roles[i];
  return kept;
}

double support_share(const DataPlan& plan, data::Role role) {
  // The production task's p applies to new users; training draws from all records (docs/protocols.md A28).
  const bool whole = plan.division == data::Division::recent && role == data::Role::train;
  return whole ? 0.8 : plan.support_fraction;
}

std::int64_t gap_of(const DataPlan& plan, const data::Dataset& dataset) {
  return plan.division == data::Division::chronological ? dataset.chronological_gap() : 0;
}

std::int64_t divide(const comm::Communicator& world, const DataPlan& plan, std::int64_t gap,
                    const Places& places, Hosted& hosted, Loaded& loaded) {
  std::int64_t equal_samples = 0;
  for (auto& entry : loaded.catalogue.clients) {
    if (entry.home != world.rank()) continue;
    auto& client = hosted.at(entry.id);
    const auto drawn = places.find(entry.id);
    const auto stood = drawn == places.end() ? std::span<const std::int32_t>() : drawn->second;
    auto divided = data::divide_client(entry.id, client.labels, support_share(plan, entry.role),
                                       plan.division, plan.dataset.seed, gap, stood);
    data::select(client, divided.order);
    equal_samples += data::equal_query_samples(client, divided.support);
    if (!stood.empty())
      for (auto& place : divided.order) place = stood[static_cast<std::size_t>(place)];
    entry.support = divided.support;
    entry.samples = static_cast<std::int32_t>(divided.order.size());
    loaded.hosted.push_back(std::move(client));
    loaded.orders.push_back(std::move(divided.order));
  }
  return equal_samples;
}

std::set<std::uint8_t> of_all_ranks(const comm::Communicator& world, const std::set<std::uint8_t>& symbols) {
  std::set<std::uint8_t> all;
  for (const auto& of_rank : world.all_gather(std::string(symbols.begin(), symbols.end())))
    all.insert(of_rank.begin(), of_rank.end());
  return all;
}

namespace {

/// Returns the symbols of all training clients.
std::set<std::uint8_t> training_symbols(const comm::Communicator& world, const data::Dataset& dataset,
                                        const Loaded& loaded) {
  std::set<std::uint8_t> symbols;
  std::map<std::string, const data::Client*> hosted;
  for (const auto& client : loaded.hosted) hosted[client.id] = &client;
  for (const auto& entry : loaded.catalogue.clients)
    if (entry.role == data::Role::train && entry.home == world.rank())
      symbols.merge(dataset.symbols(*hosted.at(entry.id)));
  return of_all_ranks(world, symbols);
}

/// Sends every rank the sizes that each host determined.
void share_sizes(const comm::Communicator& world, Catalogue& catalogue) {
  using Sizes = std::array<std::int32_t, 3>;
  std::vector<Sizes> mine;
  for (const auto& client : catalogue.clients)
    if (client.home == world.rank()) mine.push_back({client.samples, client.support, client.classes});
  const auto of_rank = world.all_gather_lists(std::span<const Sizes>(mine));
  std::vector<std::size_t> next(of_rank.size(), 0);
  for (auto& client : catalogue.clients) {
    const auto rank = static_cast<std::size_t>(client.home);
    const auto& sizes = of_rank[rank][next[rank]++];
    client.samples = sizes[0];
    client.support = sizes[1];
    client.classes = sizes[2];
  }
}

/// Notes how many different labels each of this rank's clients has. Returns how many those of all ranks have.
std::int64_t count_classes(const comm::Communicator& world, Loaded& loaded) {
  std::set<std::int32_t> mine, all;
  auto client = loaded.hosted.begin();  // in the order of the catalogue
  for (auto& entry : loaded.catalogue.clients) {
    if (entry.home != world.rank()) continue;
    auto labels = data::different_labels(*client++);
    entry.classes = static_cast<std::int32_t>(labels.size());
    mine.merge(labels);
  }
  const std::vector<std::int32_t> labels(mine.begin(), mine.end());
  for (const auto& of_rank : world.all_gather_lists(std::span<const std::int32_t>(labels)))
    all.insert(of_rank.begin(), of_rank.end());
  return std::ssize(all);
}

}  // namespace

std::unique_ptr<const data::Dataset> open_dataset(const comm::Communicator& world,
                                                  const comm::Communicator& node, const DataPlan& plan,
                                                  NodeVectors& vectors) {
  std::unique_ptr<const data::Dataset> dataset;
  comm::agree(world, [&] {
    if (!node.root()) return;
    if (record::is_data_file(plan.path)) record::check_data_file(plan.path, record::MayFork::no);
    dataset = record::open_dataset(plan.path, plan.dataset);
  });
  auto known = plan.dataset;
  known.survey = node.all_gather(dataset ? dataset->survey() : "").front();
  vectors = NodeVectors(node, dataset ? dataset->vectors() : nullptr);
  dataset.reset();
  comm::agree(world, [&] { dataset = record::open_dataset(plan.path, known); });
  return dataset;
}

std::vector<int> nodes_of_ranks(const comm::Communicator& world, const comm::Communicator& node) {
  // The lowest world rank on a node identifies the node.
  return world.all_gather(node.all_gather(world.rank()).front());
}

Loaded load(const comm::Communicator& world, const DataPlan& plan) {
  Loaded loaded;
  auto& catalogue = loaded.catalogue;
  const auto node = world.node();
  const auto dataset = open_dataset(world, node, plan, loaded.vectors);
  catalogue.source = plan.path.empty() ? "generated" : dataset->source(plan.path);
  catalogue.node_of_rank = nodes_of_ranks(world, node);
  auto& reading = catalogue.reading;
  auto hosted = plan.path.empty() ? generate(world, *dataset) : read(world, plan, *dataset, reading);
  count_read(world, hosted, reading);
  if (dataset->deals_label_shards()) hosted = deal_shards(world, std::move(hosted), plan.dataset.seed);
  const auto places = draw_samples(hosted, plan.sample_share, plan.dataset.seed);
  auto entries = gather_entries(world, hosted);
  std::int64_t equal_samples = 0;
  comm::agree(world, [&] {
    catalogue.clients = filtered(std::move(entries), plan, reading);
    equal_samples = divide(world, plan, gap_of(plan, *dataset), places, hosted, loaded);
  });
  for (const auto of_rank : world.all_gather(equal_samples)) reading.equal_samples += of_rank;
  reading.classes_of_all = count_classes(world, loaded);
  share_sizes(world, catalogue);
  const auto symbols = training_symbols(world, *dataset, loaded);
  comm::agree(world, [&] { catalogue.form = dataset->encode(loaded.hosted, symbols); });
  return loaded;
}

std::vector<std::int32_t> gather_orders(const comm::Communicator& world, const Loaded& loaded) {
  std::vector<std::int32_t> mine;
  for (const auto& order : loaded.orders) mine.insert(mine.end(), order.begin(), order.end());
  const auto joined = world.gather_lists(std::span<const std::int32_t>(mine));
  if (!world.root()) return {};

  // `joined` is sorted by rank, then by client; the result follows the catalogue's order.
  const auto& clients = loaded.catalogue.clients;
  std::vector<std::size_t> at(static_cast<std::size_t>(world.size()) + 1, 0);
  for (const auto& client : clients)
    at[static_cast<std::size_t>(client.home) + 1] += static_cast<std::size_t>(client.samples);
  for (std::size_t r = 1; r < at.size(); ++r) at[r] += at[r - 1];
  std::vector<std::int32_t> orders;
  for (const auto& client : clients) {
    auto& begin = at[static_cast<std::size_t>(client.home)];
    for (std::int32_t i = 0; i < client.samples; ++i) orders.push_back(joined[begin++]);
  }
  return orders;
}

}  // namespace fedmeta::hosting

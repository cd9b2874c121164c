#include "hosting/sizes.hpp"

#include <algorithm>
#include <numeric>
#include <set>
#include <utility>

#include "data/divide/label_shards.hpp"
#include "hosting/loading_steps.hpp"

namespace fedmeta::hosting {
namespace {

CatalogueClient make_entry(std::string id, const data::ClientSize& size) {
  CatalogueClient entry;
  entry.id = std::move(id);
  entry.samples = static_cast<std::int32_t>(size.samples);
  entry.storage = size.storage;
  entry.text = size.text;
  return entry;
}

/// Returns all clients of the stand-in, in the order of their ids, with the sizes of all their samples.
std::vector<CatalogueClient> generated_entries(const data::Dataset& dataset) {
  std::vector<CatalogueClient> entries;
  const auto clients = dataset.generated_clients();
  for (std::int64_t i = 0; i < clients; ++i)
    entries.push_back(make_entry(dataset.generated_id(i), dataset.generated_size(i)));
  if (!dataset.deals_label_shards()) return entries;
  const auto samples =
      std::accumulate(entries.begin(), entries.end(), std::int64_t{0},
                      [](std::int64_t sum, const auto& entry) { return sum + entry.samples; });
  const auto each = data::dealt_samples(samples, clients);
  for (std::int64_t i = 0; i < clients; ++i)
    entries[static_cast<std::size_t>(i)] =
        make_entry(data::dealt_id(i, clients), {each, entries.front().storage, 0});
  return entries;
}

std::vector<CatalogueClient> sized_clients(const data::Dataset& dataset, const DataPlan& plan, int ranks,
                                           data::Reading& reading) {
  auto entries = generated_entries(dataset);
  reading.users = std::ssize(entries);
  for (auto& entry : entries) {
    entry.home = home_of(entry.id, ranks);
    reading.samples += entry.samples;
    entry.samples = static_cast<std::int32_t>(data::share_size(entry.samples, plan.sample_share));
  }
  auto kept = filtered(std::move(entries), plan, reading);
  for (auto& entry : kept) {
    const auto size = data::divided_size(entry.id, entry.samples, support_share(plan, entry.role),
                                         plan.division, gap_of(plan, dataset));
    entry.samples = static_cast<std::int32_t>(size.samples);
    entry.support = static_cast<std::int32_t>(size.support);
  }
  return kept;
}

/// Draws the samples of a stand-in's clients.
class Maker {
 public:
  Maker(const comm::Communicator& world, const DataPlan& plan, const data::Dataset& dataset)
      : world_(world), plan_(plan), dataset_(dataset) {}

  /// Returns the client as load() would, before encoding.
  data::Client make(CatalogueClient entry) {
    Hosted hosted;
    hosted[entry.id] =
        dataset_.deals_label_shards() ? pooled(entry.id) : dataset_.generate(index_of(entry.id));
    const auto places = draw_samples(hosted, plan_.sample_share, plan_.dataset.seed);
    Loaded one;
    entry.home = world_.rank();
    one.catalogue.clients.push_back(std::move(entry));
    divide(world_, plan_, gap_of(plan_, dataset_), places, hosted, one);
    return std::move(one.hosted.front());
  }

 private:
  /// Continues from the previous client, since clients are requested in the order of ids.
  std::int64_t index_of(const std::string& id) {
    while (dataset_.generated_id(next_) != id) ++next_;
    return next_;
  }

  /// Returns a substitute for a client of label shards, whose own samples depend on everybody's: as many of
  /// others' samples.
  data::Client pooled(const std::string& id) const {
    const auto clients = dataset_.generated_clients();
    std::int64_t all = 0;
    for (std::int64_t i = 0; i < clients; ++i) all += dataset_.generated_size(i).samples;
    std::vector<std::int32_t> rows(static_cast<std::size_t>(data::dealt_samples(all, clients)));
    std::iota(rows.begin(), rows.end(), 0);
    data::Client pool;
    for (std::int64_t i = 0; pool.labels.size() < rows.size(); ++i) {
      auto more = dataset_.generate(i);
      if (pool.labels.empty())
        pool = std::move(more);
      else
        data::append(pool, std::move(more));
    }
    pool.id = id;
    data::select(pool, rows);
    return pool;
  }

  const comm::Communicator& world_;
  const DataPlan& plan_;
  const data::Dataset& dataset_;
  std::int64_t next_ = 0;
};

/// Returns the symbols of all training clients. Each rank makes the clients that it would host, one by one.
std::set<std::uint8_t> training_symbols(const comm::Communicator& world, const DataPlan& plan,
                                        const data::Dataset& dataset, const Catalogue& catalogue) {
  if (!dataset.needs_symbols()) return {};
  std::set<std::uint8_t> symbols;
  comm::agree(world, [&] {
    Maker maker(world, plan, dataset);
    for (const auto& entry : catalogue.clients)
      if (entry.role == data::Role::train && entry.home == world.rank())
        symbols.merge(dataset.symbols(maker.make(entry)));
  });
  return of_all_ranks(world, symbols);
}

/// Returns each rank's first training client, in the order of the catalogue.
Catalogue first_of_each_rank(const Catalogue& catalogue, int ranks) {
  Catalogue first{catalogue.form, catalogue.source, {}, catalogue.node_of_rank, {}};
  std::vector<bool> found(static_cast<std::size_t>(ranks), false);
  for (const auto& entry : catalogue.clients) {
    const auto home = static_cast<std::size_t>(entry.home);
    if (entry.role != data::Role::train || found[home]) continue;
    found[home] = true;
    first.clients.push_back(entry);
  }
  return first;
}

Sizes generated_sizes(const comm::Communicator& world, const DataPlan& plan) {
  Sizes sizes;
  auto& catalogue = sizes.catalogue;
  const auto node = world.node();
  const auto dataset = open_dataset(world, node, plan, sizes.vectors);
  catalogue.source = "generated";
  catalogue.node_of_rank = nodes_of_ranks(world, node);
  comm::agree(world,
              [&] { catalogue.clients = sized_clients(*dataset, plan, world.size(), catalogue.reading); });
  const auto symbols = training_symbols(world, plan, *dataset, catalogue);
  sizes.trial = first_of_each_rank(catalogue, world.size());
  comm::agree(world, [&] {
    Maker maker(world, plan, *dataset);
    for (const auto& entry : sizes.trial.clients)
      if (entry.home == world.rank()) sizes.hosted.push_back(maker.make(entry));
    catalogue.form = sizes.trial.form = dataset->encode(sizes.hosted, symbols);
  });
  return sizes;
}

/// Reads all samples of the files, and drops those that are not needed.
Sizes sizes_of_files(const comm::Communicator& world, const DataPlan& plan) {
  auto loaded = load(world, plan);
  Sizes sizes{std::move(loaded.catalogue), std::move(loaded.vectors), {}, {}};
  sizes.trial = first_of_each_rank(sizes.catalogue, world.size());
  const auto first = std::find_if(sizes.trial.clients.begin(), sizes.trial.clients.end(),
                                  [&](const auto& entry) { return entry.home == world.rank(); });
  if (first == sizes.trial.clients.end()) return sizes;
  for (auto& client : loaded.hosted)
    if (client.id == first->id) sizes.hosted.push_back(std::move(client));
  return sizes;
}

}  // namespace

Sizes load_sizes(const comm::Communicator& world, const DataPlan& plan) {
  return plan.path.empty() ? generated_sizes(world, plan) : sizes_of_files(world, plan);
}

}  // namespace fedmeta::hosting

#include "federate/loading.hpp"

#include <algorithm>
#include <cstring>
#include <map>

#include "base/random.hpp"
#include "data/leaf.hpp"
#include "federate/client_message.hpp"

namespace fedmeta::federate {
namespace {

using Hosted = std::map<std::string, data::Client>;  // by id

int home_of(const std::string& id, int ranks) {
  return static_cast<int>(hash(id) % static_cast<std::uint64_t>(ranks));
}

void merge(Hosted& hosted, data::Client&& client) {
  const auto [place, inserted] = hosted.try_emplace(client.id);
  if (inserted)
    place->second = std::move(client);
  else
    data::append(place->second, std::move(client));
}

/// File f is read by rank f mod world; after each such turn its clients go home. Files therefore arrive, and
/// a user's samples are joined, in file order.
Hosted read_files(const comm::Communicator& world, const DataPlan& plan, const data::SampleForm& form) {
  const auto ranks = static_cast<std::size_t>(world.size());
  std::vector<std::filesystem::path> files;
  comm::agree(world, [&] { files = data::leaf_files(plan.path); });
  Hosted hosted;
  for (std::size_t turn = 0; turn < files.size(); turn += ranks) {
    std::vector<comm::Bytes> to_each(ranks);
    comm::agree(world, [&] {
      const auto mine = turn + static_cast<std::size_t>(world.rank());
      if (mine >= files.size()) return;
      for (const auto& client : data::read_leaf_file(files[mine], form))
        pack(client, to_each[static_cast<std::size_t>(home_of(client.id, world.size()))]);
    });
    for (const auto& message : world.exchange(to_each))
      for (auto& client : unpack(message)) merge(hosted, std::move(client));
  }
  return hosted;
}

Hosted generate(const comm::Communicator& world, const DataPlan& plan) {
  Hosted hosted;
  comm::agree(world, [&] {
    const data::GeneratedFemnist generator(plan.generated, plan.seed);
    for (std::int64_t i = 0; i < generator.clients(); ++i)
      if (const auto id = generator.id(i); home_of(id, world.size()) == world.rank())
        hosted[id] = generator.client(i);
  });
  return hosted;
}

/// Keeps each client's first samples, at least two: enough to divide.
void truncate(Hosted& hosted, double share) {
  if (share >= 1) return;
  for (auto& [id, client] : hosted) {
    const auto all = client.labels.size();
    if (all == 0) continue;
    const auto kept =
        std::min(all, std::max<std::size_t>(2, static_cast<std::size_t>(share * static_cast<double>(all))));
    client.labels.resize(kept);
    std::visit([&](auto& values) { values.resize(values.size() / all * kept); }, client.features);
  }
}

/// Every rank's clients, sorted by id.
std::vector<CatalogueClient> gather_entries(const comm::Communicator& world, const Hosted& hosted) {
  std::string lines;
  for (const auto& [id, client] : hosted)
    lines += std::to_string(client.labels.size()) +
             (std::holds_alternative<std::vector<std::uint8_t>>(client.features) ? " b " : " f ") +
             std::to_string(id.size()) + ' ' + id;
  std::vector<CatalogueClient> entries;
  const auto texts = world.all_gather(lines);
  for (int rank = 0; rank < world.size(); ++rank) {
    const char* at = texts[static_cast<std::size_t>(rank)].c_str();
    const char* end = at + texts[static_cast<std::size_t>(rank)].size();
    while (at < end) {
      CatalogueClient entry;
      char* next = nullptr;
      entry.samples = static_cast<std::int32_t>(std::strtol(at, &next, 10));
      entry.bytes = next[1] == 'b';
      const auto length = std::strtoul(next + 2, &next, 10);
      entry.id.assign(next + 1, length);
      entry.home = rank;
      at = next + 1 + length;
      entries.push_back(std::move(entry));
    }
  }
  std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  return entries;
}

std::vector<CatalogueClient> filtered(std::vector<CatalogueClient> all, const DataPlan& plan) {
  std::vector<std::string> ids;
  std::vector<std::int64_t> samples;
  for (const auto& client : all) {
    ids.push_back(client.id);
    samples.push_back(client.samples);
  }
  std::vector<CatalogueClient> kept;
  for (const auto index : data::filter_clients(ids, samples, plan.filters, plan.seed))
    kept.push_back(all[index]);
  const auto roles = data::split_clients(kept.size(), plan.seed);
  for (std::size_t i = 0; i < kept.size(); ++i) kept[i].role = roles[i];
  return kept;
}

template <class T>
void reorder_rows(std::vector<T>& values, const std::vector<std::int32_t>& order) {
  const auto width = values.size() / order.size();
  std::vector<T> ordered(values.size());
  for (std::size_t row = 0; row < order.size(); ++row)
    std::copy_n(values.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(order[row]) * width),
                width, ordered.begin() + static_cast<std::ptrdiff_t>(row * width));
  values = std::move(ordered);
}

/// Puts this rank's clients into catalogue and division order, and notes the support sizes it knows.
void divide(const comm::Communicator& world, const DataPlan& plan, Hosted& hosted, Loaded& loaded) {
  for (auto& entry : loaded.catalogue.clients) {
    if (entry.home != world.rank()) continue;
    auto& client = hosted.at(entry.id);
    auto divided =
        data::divide_client(entry.id, client.labels, plan.support_fraction, plan.division, plan.seed);
    reorder_rows(client.labels, divided.order);
    std::visit([&](auto& values) { reorder_rows(values, divided.order); }, client.features);
    entry.support = divided.support;
    loaded.hosted.push_back(std::move(client));
    loaded.orders.push_back(std::move(divided.order));
  }
}

/// Tells every rank the support sizes that each host found.
void share_support_sizes(const comm::Communicator& world, Catalogue& catalogue) {
  comm::Bytes mine;
  for (const auto& client : catalogue.clients) {
    if (client.home != world.rank()) continue;
    const auto at = mine.size();
    mine.resize(at + sizeof(client.support));
    std::memcpy(mine.data() + at, &client.support, sizeof(client.support));
  }
  const auto of_rank = world.all_gather(mine);
  std::vector<std::size_t> at(of_rank.size(), 0);
  for (auto& client : catalogue.clients) {
    const auto rank = static_cast<std::size_t>(client.home);
    std::memcpy(&client.support, of_rank[rank].data() + at[rank], sizeof(client.support));
    at[rank] += sizeof(client.support);
  }
}

std::vector<int> nodes_of_ranks(const comm::Communicator& world) {
  const auto node = world.node();
  // A node is called after the lowest world rank on it.
  const auto members = node.all_gather(std::to_string(world.rank()));
  std::vector<int> nodes;
  for (const auto& name : world.all_gather(members.front())) nodes.push_back(std::stoi(name));
  return nodes;
}

}  // namespace

Loaded load(const comm::Communicator& world, const DataPlan& plan) {
  Loaded loaded;
  auto& catalogue = loaded.catalogue;
  catalogue.form = data::femnist_form();
  catalogue.source = plan.path.empty() ? "generated" : "leaf";
  catalogue.node_of_rank = nodes_of_ranks(world);
  auto hosted = plan.path.empty() ? generate(world, plan) : read_files(world, plan, catalogue.form);
  truncate(hosted, plan.sample_share);
  auto entries = gather_entries(world, hosted);
  comm::agree(world, [&] {
    catalogue.clients = filtered(std::move(entries), plan);
    divide(world, plan, hosted, loaded);
  });
  share_support_sizes(world, catalogue);
  return loaded;
}

std::vector<std::int32_t> gather_orders(const comm::Communicator& world, const Loaded& loaded) {
  std::vector<std::int32_t> mine;
  for (const auto& order : loaded.orders) mine.insert(mine.end(), order.begin(), order.end());
  const auto joined = world.gather_lists(std::span<const std::int32_t>(mine));
  if (!world.root()) return {};

  // `joined` is sorted by rank, then by client; the catalogue's order is wanted.
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

}  // namespace fedmeta::federate

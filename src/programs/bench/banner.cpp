#include "programs/bench/banner.hpp"

#include <cmath>

#include "base/terminal_text.hpp"
#include "base/text.hpp"
#include "data/leaf/shard_files.hpp"
#include "programs/bench/text_table.hpp"

namespace fedmeta::programs {
namespace {

struct RoleCount {
  std::int64_t clients = 0, samples = 0;
};

RoleCount count(const hosting::Catalogue& catalogue, data::Role role) {
  RoleCount counted;
  for (const auto& client : catalogue.clients)
    if (client.role == role) {
      ++counted.clients;
      counted.samples += client.samples;
    }
  return counted;
}

using Rows = std::vector<std::vector<std::string>>;

/// Returns a text such as "by --min-samples 10: 3 users; by --max-clients 50: 7 users", or "" if nobody was
/// dropped.
std::string describe_dropped(const settings::Settings& s, const data::Reading& r) {
  std::string text;
  const auto add = [&](const char* option, std::int64_t bound, const std::string& note, std::int64_t users) {
    if (bound == 0 || (users == 0 && note.empty())) return;
    text += (text.empty() ? "by --" : "; by --") + std::string(option) + " " + std::to_string(bound) + note +
            ": " + std::to_string(users) + (users == 1 ? " user" : " users");
  };
  const bool raised = s.filters.min_samples < r.filters.min_samples;
  add("min-samples", s.filters.min_samples,
      raised ? ", which acts as " + std::to_string(r.filters.min_samples) : "", r.dropped.min_samples);
  add("max-samples", r.filters.max_samples, "", r.dropped.max_samples);
  add("max-clients", r.filters.max_clients, "", r.dropped.max_clients);
  return text;
}

/// Adds rows about the data that were read, and about samples that take no part or occur twice.
void add_reading(Rows& rows, const settings::Settings& s, const data::Reading& r) {
  const auto sizes = std::to_string(r.users) + " users, " + std::to_string(r.samples) + " samples";
  if (r.files > 0)
    rows.push_back({"  read", std::to_string(r.files) + (r.files == 1 ? " file, " : " files, ") + sizes});
  else
    rows.push_back({"  generated", sizes});
  if (!r.passed_over.empty())
    rows.push_back({"  NOT READ", terminal_text(data::passed_over_list(r.passed_over))});
  if (const auto dropped = describe_dropped(s, r); !dropped.empty()) rows.push_back({"  dropped", dropped});
  if (r.equal_samples > 0)
    rows.push_back({"  equal", std::to_string(r.equal_samples) +
                                   " query samples equal a support sample of their client"});
}

std::string device_of(const std::string& name, int ranks) {
  return ranks == 1 ? name : name + ", shared by " + std::to_string(ranks);
}

/// Adds the rounds of the first method that has any.
void add_rounds(Rows& rows, const settings::Settings& s) {
  const auto method = std::ranges::find_if(s.methods, &algorithms::Method::has_rounds);
  if (method == s.methods.end()) return;
  const auto rounds = method->make_run().first().round_options();
  rows.push_back({"rounds", std::to_string(rounds.rounds) + ", " + std::to_string(rounds.clients_per_round) +
                                " clients each"});
}

}  // namespace

std::string banner(const record::Header& header, const record::System& system, const Prepared& prepared,
                   int columns) {
  std::string text = "fedmeta_bench " + header.version + " (" + header.git_commit + ")   libtorch " +
                     header.libtorch + ", " + header.mpi + ", HDF5 " + header.hdf5 + "\n\n";
  std::vector<std::vector<std::string>> rows{{"rank", "host", "pid", "device", "threads", "sgemm GFLOP/s"}};
  for (std::size_t r = 0; r < system.rank.size(); ++r)
    rows.push_back({std::to_string(system.rank[r]), system.host[r], std::to_string(system.pid[r]),
                    device_of(system.device[r], prepared.ranks_on_gpu[r]), std::to_string(system.threads[r]),
                    fixed(system.gemm_flops_per_second[r] / 1e9, 1)});
  text = wrapped(text, columns, 2) + text_table(rows, columns);
  if (!prepared.note.empty()) text += wrapped("  note: " + prepared.note + "\n", columns, 4);
  return text + "\n";
}

std::string settings_table(const settings::Settings& s, const hosting::Catalogue& catalogue,
                           const model::Network& network, const std::string& start, int columns) {
  const auto train = count(catalogue, data::Role::train),
             validation = count(catalogue, data::Role::validation), test = count(catalogue, data::Role::test);
  const auto role = [](const RoleCount& c) {
    return std::to_string(c.clients) + " clients, " + std::to_string(c.samples) + " samples";
  };
  Rows rows{{"setting", ""},
            {"profile", s.profile + (s.scale < 1 ? ", scale " + general(s.scale) : "")},
            {"data set", s.source.dataset + ", source: " + catalogue.source +
                             (s.data.empty() ? "" : ", " + terminal_text(s.data))}};
  add_reading(rows, s, catalogue.reading);
  const Rows others{
      {"  train", role(train)},
      {"  validation", role(validation)},
      {"  test", role(test)},
      {"support set", general(100 * s.support_fraction) + "% of a client, " + s.division},
      {"network", network.name() + ", " + std::to_string(network.layout().size()) + " parameters, " +
                      with_prefix(static_cast<double>(network.forward_flops_per_sample())) +
                      "FLOP a sample forward, init " + s.init}};
  rows.insert(rows.end(), others.begin(), others.end());
  if (!start.empty()) rows.push_back({"start from", start});
  add_rounds(rows, s);
  rows.push_back({"machine", "placement " + s.placement + ", reduction " + s.reduction + ", " + s.precision +
                                 (s.engine == "auto" ? "" : ", engine " + s.engine)});
  for (const auto& method : s.methods) rows.push_back({method.name(), method.options().describe()});
  std::string text;
  for (std::size_t r = 1; r < rows.size(); ++r) {
    rows[r][0].resize(14, ' ');
    text += wrapped("  " + rows[r][0] + rows[r][1] + "\n", columns, 16);
  }
  return text + "\n";
}

}  // namespace fedmeta::programs

#include "programs/bench/banner.hpp"

#include <cmath>

#include "base/terminal_text.hpp"
#include "data/leaf/shard_files.hpp"
#include "federate/baseline.hpp"
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

std::string amount(std::int64_t step_count, std::int64_t epochs) {
  const bool steps = step_count > 0;
  const auto count = steps ? step_count : epochs;
  return std::to_string(count) + (steps ? " step" : " epoch") + (count == 1 ? "" : "s");
}

std::string passes(const learn::Passes& p) {
  return amount(p.steps, p.epochs) + (p.batch > 0 ? " x " + std::to_string(p.batch) : " x all");
}

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", value);
  return text;
}

bool has_inner_loop(const algorithms::Protocol& p) {
  return p.algorithm == "fomaml" || p.algorithm == "maml" || p.algorithm == "meta-sgd";
}

/// Training on a client and the server's step, of fedavg and its kin.
std::string describe_local(const algorithms::Protocol& p) {
  auto text = "client " + word(p.local_optimizer) + " " + number(p.local_lr) + ", " + passes(p.local);
  if (p.local_direction == learn::Direction::gradients) text.append(", sends the sum of its gradients");
  text.append("; server ").append(word(p.server_optimizer));
  if (p.server_optimizer != algorithms::ServerStep::average) text.append(" ").append(number(p.server_lr));
  if (p.server_momentum > 0) text.append(" momentum ").append(number(p.server_momentum));
  return text;
}

/// The stages of perfedavg.
std::string describe_stages(const algorithms::Protocol& p) {
  const auto algorithm = algorithms::make_algorithm(p);
  const auto second = algorithm->rounds() - p.rounds;
  auto text = std::to_string(p.rounds) + " rounds: " + describe_local(p);
  if (second > 0)
    text += "; then " + std::to_string(second) + ": " +
            describe_local(algorithm->stage(algorithm->rounds()).protocol());
  return text + "; personal " + amount(p.personal.steps, p.personal.epochs);
}

using Rows = std::vector<std::vector<std::string>>;

/// "by --min-samples 10: 3 users; by --max-clients 50: 7 users"; empty where nobody was left out.
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

/// What was read of the data, and what of it takes no part or is there twice.
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

/// What an algorithm does on a client and at the server, in a line.
std::string describe(const algorithms::Protocol& p) {
  const auto& a = p.algorithm;
  if (a == "self")
    return "from scratch, " + word(p.local_optimizer) + " " + number(p.local_lr) + ", " +
           passes({1, algorithms::long_batch, p.self_steps});
  if (federate::is_baseline(a)) return "counts, no network";
  const std::string outer = word(p.outer_optimizer) + " " + number(p.outer_lr);
  if (a == "fedsgd" || a == "mixed") return "one gradient; server " + outer;
  if (a == "perfedavg") return describe_stages(p);
  if (!has_inner_loop(p)) return describe_local(p);
  return "inner " + number(p.inner_lr) + ", " + passes(p.inner) + "; server " + outer;
}

}  // namespace

std::string banner(const record::Header& header, const record::System& system, const std::string& note,
                   int columns) {
  std::string text = "fedmeta_bench " + header.version + " (" + header.git_commit + ")   libtorch " +
                     header.libtorch + ", " + header.mpi + ", HDF5 " + header.hdf5 + "\n\n";
  std::vector<std::vector<std::string>> rows{{"rank", "host", "pid", "device", "threads", "sgemm GFLOP/s"}};
  for (std::size_t r = 0; r < system.rank.size(); ++r)
    rows.push_back({std::to_string(system.rank[r]), system.host[r], std::to_string(system.pid[r]),
                    system.device[r], std::to_string(system.threads[r]),
                    decimal(system.gemm_flops_per_second[r] / 1e9, 1)});
  text = wrapped(text, columns, 2) + text_table(rows, columns);
  if (!note.empty()) text += wrapped("  note: " + note + "\n", columns, 4);
  return text + "\n";
}

std::string settings_table(const settings::Settings& s, const hosting::Catalogue& catalogue,
                           const model::Network& network, int columns) {
  const auto train = count(catalogue, data::Role::train),
             validation = count(catalogue, data::Role::validation), test = count(catalogue, data::Role::test);
  const auto role = [](const RoleCount& c) {
    return std::to_string(c.clients) + " clients, " + std::to_string(c.samples) + " samples";
  };
  const auto& first = s.protocols.front();
  Rows rows{{"setting", ""},
            {"profile", s.profile + (s.scale < 1 ? ", scale " + number(s.scale) : "")},
            {"data set", s.source.dataset + ", source: " + catalogue.source +
                             (s.data.empty() ? "" : ", " + terminal_text(s.data))}};
  add_reading(rows, s, catalogue.reading);
  const Rows others{
      {"  train", role(train)},
      {"  validation", role(validation)},
      {"  test", role(test)},
      {"support set", number(100 * s.support_fraction) + "% of a client, " + s.division},
      {"network", network.name() + ", " + std::to_string(network.layout().size()) + " parameters, " +
                      with_prefix(static_cast<double>(network.forward_flops_per_sample())) +
                      "FLOP a sample forward, init " + s.init},
      {"rounds",
       std::to_string(first.rounds) + ", " + std::to_string(first.clients_per_round) + " clients each"},
      {"machine", "placement " + s.placement + ", reduction " + s.reduction + ", " + s.precision}};
  rows.insert(rows.end(), others.begin(), others.end());
  for (const auto& protocol : s.protocols) rows.push_back({protocol.algorithm, describe(protocol)});
  std::string text;
  for (std::size_t r = 1; r < rows.size(); ++r) {
    rows[r][0].resize(14, ' ');
    text += wrapped("  " + rows[r][0] + rows[r][1] + "\n", columns, 16);
  }
  return text + "\n";
}

}  // namespace fedmeta::programs

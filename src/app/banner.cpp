#include "app/banner.hpp"

#include <cmath>

#include "app/text_table.hpp"
#include "federate/baseline.hpp"

namespace fedmeta::app {
namespace {

struct RoleCount {
  std::int64_t clients = 0, samples = 0;
};

RoleCount count(const federate::Catalogue& catalogue, data::Role role) {
  RoleCount counted;
  for (const auto& client : catalogue.clients)
    if (client.role == role) {
      ++counted.clients;
      counted.samples += client.samples;
    }
  return counted;
}

std::string passes(const learn::Passes& p) {
  const auto amount = p.steps > 0 ? std::to_string(p.steps) + " steps" : std::to_string(p.epochs) + " epochs";
  return amount + (p.batch > 0 ? " x " + std::to_string(p.batch) : " x all");
}

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", value);
  return text;
}

/// What an algorithm does on a client and at the server, in a line.
std::string describe(const federate::Protocol& p) {
  const auto& a = p.algorithm;
  if (a == "self")
    return "from scratch, " + p.local_optimizer + " " + number(p.local_lr) + ", " +
           passes({1, federate::long_batch, p.self_steps});
  if (federate::is_baseline(a)) return "counts, no network";
  const std::string outer = p.outer_optimizer + " " + number(p.outer_lr);
  if (a == "fedsgd" || a == "mixed") return "one gradient; server " + outer;
  if (a == "fedavg" || a == "fedavg-meta")
    return "client " + p.local_optimizer + " " + number(p.local_lr) + ", " + passes(p.local) + "; server " +
           p.server_optimizer;
  if (a == "reptile" || a == "perfedavg") {
    const auto stage1 = "client " + p.local_optimizer + " " + number(p.local_lr) + ", " + passes(p.local) +
                        "; server " + p.server_optimizer;
    return a == "reptile"
               ? stage1
               : stage1 + "; then server " + p.stage2_server_optimizer + " " + number(p.stage2_server_lr) +
                     "; " + std::to_string(p.personal.epochs) + " personal epochs";
  }
  return "inner " + number(p.inner_lr) + ", " + passes(p.inner) + "; server " + outer;
}

}  // namespace

std::string banner(const record::Header& header, const record::System& system) {
  std::string text = "fedmeta_bench " + header.version + " (" + header.git_commit + ")   libtorch " +
                     header.libtorch + ", " + header.mpi + ", HDF5 " + header.hdf5 + "\n\n";
  std::vector<std::vector<std::string>> rows{{"rank", "host", "pid", "device", "threads", "sgemm GFLOP/s"}};
  for (std::size_t r = 0; r < system.rank.size(); ++r)
    rows.push_back({std::to_string(system.rank[r]), system.host[r], std::to_string(system.pid[r]),
                    system.device[r], std::to_string(system.threads[r]),
                    decimal(system.gemm_flops_per_second[r] / 1e9, 1)});
  return text + text_table(rows) + "\n";
}

std::string settings_table(const Settings& s, const federate::Catalogue& catalogue,
                           const model::Network& network) {
  const auto train = count(catalogue, data::Role::train),
             validation = count(catalogue, data::Role::validation), test = count(catalogue, data::Role::test);
  const auto role = [](const RoleCount& c) {
    return std::to_string(c.clients) + " clients, " + std::to_string(c.samples) + " samples";
  };
  const auto& first = s.protocols.front();
  std::vector<std::vector<std::string>> rows{
      {"setting", ""},
      {"profile", s.profile + (s.scale < 1 ? ", scale " + number(s.scale) : "")},
      {"data set",
       s.source.dataset + ", source: " + catalogue.source + (s.data.empty() ? "" : ", " + s.data)},
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
  for (const auto& protocol : s.protocols) rows.push_back({protocol.algorithm, describe(protocol)});
  std::string text;
  for (std::size_t r = 1; r < rows.size(); ++r) {
    rows[r][0].resize(14, ' ');
    text += "  " + rows[r][0] + rows[r][1] + "\n";
  }
  return text + "\n";
}

}  // namespace fedmeta::app

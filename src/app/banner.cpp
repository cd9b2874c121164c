#include "app/banner.hpp"

#include <cmath>

#include "app/text_table.hpp"
#include "cost/formulas.hpp"
#include "federate/algorithm.hpp"
#include "federate/baseline.hpp"
#include "federate/training.hpp"

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

std::string amount(const learn::Passes& p) {
  const bool steps = p.steps > 0;
  const auto count = steps ? p.steps : p.epochs;
  return std::to_string(count) + (steps ? " step" : " epoch") + (count == 1 ? "" : "s");
}

std::string passes(const learn::Passes& p) {
  return amount(p) + (p.batch > 0 ? " x " + std::to_string(p.batch) : " x all");
}

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", value);
  return text;
}

bool has_inner_loop(const federate::Protocol& p) {
  return p.algorithm == "fomaml" || p.algorithm == "maml" || p.algorithm == "meta-sgd";
}

/// Training on a client and the server's step, of fedavg and its kin.
std::string describe_local(const federate::Protocol& p) {
  auto text = "client " + p.local_optimizer + " " + number(p.local_lr) + ", " + passes(p.local);
  if (p.local_direction == "gradients") text.append(", sends the sum of its gradients");
  text.append("; server ").append(p.server_optimizer);
  if (p.server_optimizer != "average") text.append(" ").append(number(p.server_lr));
  if (p.server_momentum > 0) text.append(" momentum ").append(number(p.server_momentum));
  return text;
}

/// The stages of perfedavg.
std::string describe_stages(const federate::Protocol& p) {
  const auto algorithm = federate::make_algorithm(p);
  const auto second = algorithm->rounds() - p.rounds;
  auto text = std::to_string(p.rounds) + " rounds: " + describe_local(p);
  if (second > 0)
    text += "; then " + std::to_string(second) + ": " +
            describe_local(algorithm->stage(algorithm->rounds()).protocol());
  return text + "; personal " + amount(p.personal);
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
  if (a == "perfedavg") return describe_stages(p);
  if (!has_inner_loop(p)) return describe_local(p);
  return "inner " + number(p.inner_lr) + ", " + passes(p.inner) + "; server " + outer;
}

struct PredictedCost {
  double flops = 0, bytes = 0;
};

/// Of all rounds, each with the mean over the training clients.
PredictedCost predicted_cost(const federate::Algorithm& algorithm, const model::Network& network,
                             const federate::Catalogue& catalogue, const std::vector<std::int32_t>& train) {
  PredictedCost total, of_round;
  const federate::Algorithm* last = nullptr;
  for (std::int64_t round = 1; round <= algorithm.rounds(); ++round) {
    const auto& stage = algorithm.stage(round);
    if (&stage != last) {
      const auto m = static_cast<double>(stage.protocol().clients_per_round);
      const auto all = federate::expected_flops(stage, network, catalogue, train);
      of_round.flops = static_cast<double>(all) * m / static_cast<double>(train.size());
      const auto sent = stage.sent_parameters(network.layout().size());
      of_round.bytes = 2 * m * static_cast<double>(cost::parameter_bytes(sent));
      last = &stage;
    }
    total.flops += of_round.flops;
    total.bytes += of_round.bytes;
  }
  return total;
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

namespace {

/// What the algorithms make of a core with 100 GFLOP/s of sgemm, and a guess for a GPU.
constexpr double core_rate = 50e9, h100_rate = 20e12;

/// Of all clients' samples as they are kept.
std::int64_t resident_bytes(const federate::Catalogue& catalogue) {
  std::int64_t bytes = 0;
  for (const auto& client : catalogue.clients) {
    const auto numbers = client.samples * catalogue.form.width;
    const bool windows = client.storage == data::Storage::windows;  // a text, and where each begins
    bytes += windows                                  ? client.text + 4 * client.samples
             : client.storage == data::Storage::bytes ? numbers
                                                      : 4 * numbers;
  }
  return bytes;
}

std::string hours(double seconds) {
  return decimal(seconds / 3600, seconds < 360 ? 3 : 1);
}

std::vector<std::string> plan_row(const std::string& name, std::int64_t rounds, const PredictedCost& total) {
  const auto per_round = [&](double cost) {
    return with_prefix(rounds > 0 ? cost / static_cast<double>(rounds) : 0);
  };
  return {name,
          std::to_string(rounds),
          per_round(total.flops),
          with_prefix(total.flops),
          per_round(total.bytes) + "B",
          with_prefix(total.bytes) + "B",
          hours(total.flops / core_rate),
          hours(total.flops / h100_rate)};
}

/// Nothing is sent and there are no rounds; each test client trains its own network, once.
PredictedCost predicted_cost_of_self(const federate::Protocol& protocol, const federate::Catalogue& catalogue,
                                     const model::Network& network) {
  PredictedCost total;
  for (const auto client : catalogue.with_role(data::Role::test))
    total.flops += static_cast<double>(
        federate::self_flops(protocol, network.forward_flops_per_sample(), catalogue[client].support));
  return total;
}

}  // namespace

std::string plan_table(const Settings& s, const federate::Catalogue& catalogue, const model::Network& network,
                       int ranks) {
  std::vector<std::vector<std::string>> rows{
      {"algorithm", "rounds", "FLOP/round", "FLOP", "bytes/round", "bytes", "core hours", "H100 hours"}};
  const auto train = catalogue.with_role(data::Role::train);
  std::int64_t widest = 0, steps = 0;
  for (const auto& protocol : s.protocols) {
    if (federate::is_baseline(protocol.algorithm)) {
      if (federate::has_parameters(protocol.algorithm))
        rows.push_back(plan_row(protocol.algorithm, 0, predicted_cost_of_self(protocol, catalogue, network)));
      continue;
    }
    const auto algorithm = federate::make_algorithm(protocol);
    const auto total = predicted_cost(*algorithm, network, catalogue, train);
    rows.push_back(plan_row(protocol.algorithm, algorithm->rounds(), total));
    const auto sent = algorithm->sent_parameters(network.layout().size());
    widest = std::max(widest, sent);
    if (!has_inner_loop(protocol)) continue;
    for (const auto client : train)
      steps = std::max(steps, learn::rows_processed(catalogue[client].support, protocol.inner) /
                                  std::max<std::int64_t>(1, protocol.inner.batch));
  }
  // The server's optimiser (2 vectors), phi, sum and a client's work (6), and the inner loop's path.
  const double vectors = static_cast<double>(10 * widest + (steps + 1) * network.layout().size());
  const double memory = 4 * vectors + static_cast<double>(resident_bytes(catalogue)) / ranks;
  return "Plan (mean over the training clients; nothing is trained)\n\n" + text_table(rows) +
         "\n  hours: of training, at 50 GFLOP/s on one core and, not measured, 20 TFLOP/s on one H100\n"
         "  memory per rank, about " +
         with_prefix(memory) + "B beside the program's own\n";
}

}  // namespace fedmeta::app

#include "app/plan.hpp"

#include <algorithm>
#include <array>

#include "app/rates.hpp"
#include "app/text_table.hpp"
#include "cost/formulas.hpp"
#include "federate/baseline.hpp"
#include "federate/cohort.hpp"
#include "federate/sampling.hpp"

namespace fedmeta::app {
namespace {

/// What the algorithms make of a core with 100 GFLOP/s of sgemm, and a guess for a GPU: what costs are stated
/// for where the machine is not at hand.
constexpr double core_rate = 50e9, h100_rate = 20e12;

struct Prediction {
  std::string algorithm;
  std::int64_t rounds = 0;
  double flops = 0, bytes = 0;  ///< of a round, mean
  std::int64_t widest = 0;      ///< numbers sent one way to a client
  cost::RoundDemand demand{};
  cost::MachineRates rates{};
};

/// Fills in what the rounds ask for, by their real cohorts: of all rounds, or of two thousand among them.
void add_demand(Prediction& prediction, const Settings& settings, const federate::Federation& federation,
                const federate::Algorithm& algorithm) {
  const auto& catalogue = federation.catalogue;
  const auto& network = federation.network;
  const auto plan = run_plan(settings, settings.seeds.front());
  const auto train = catalogue.with_role(data::Role::train);
  const auto f = static_cast<double>(network.forward_flops_per_sample());
  const auto rounds = prediction.rounds, looked_at = std::min<std::int64_t>(rounds, 2000);
  for (std::int64_t i = 0; i < looked_at; ++i) {
    const auto round = 1 + i * rounds / looked_at;
    const auto& stage = algorithm.stage(round);
    const auto drawn = federate::sample_clients(train, stage.protocol().clients_per_round, plan.seed, round);
    const auto cohort = federate::make_cohort(catalogue, stage, drawn, plan.balanced && !stage.keeps_state());
    const auto sent = cost::parameter_bytes(stage.sent_parameters(network.layout().size()));
    const auto share = 1 / static_cast<double>(looked_at);
    for (const auto cost : cohort.cost) prediction.flops += share * f * static_cast<double>(cost);
    prediction.bytes += share * static_cast<double>(2 * sent * std::ssize(drawn));
    prediction.demand.busiest_flops += share * f * static_cast<double>(cohort.busiest_cost());
    prediction.demand.message_bytes += share * static_cast<double>(sent);
  }
}

Prediction predict(const Settings& settings, const federate::Federation& federation,
                   const federate::Protocol& protocol, const at::Tensor& theta) {
  const auto algorithm = federate::make_algorithm(protocol);
  const auto phi = algorithm->initial(theta).to(federation.device);
  Prediction prediction{
      .algorithm = protocol.algorithm, .rounds = algorithm->rounds(), .widest = phi.numel()};
  add_demand(prediction, settings, federation, *algorithm);
  prediction.rates =
      measure_rates(federation, *algorithm, phi, run_plan(settings, settings.seeds.front()).reproducible);
  if (federation.world.root()) prediction.demand.update_seconds = measure_update(*algorithm, phi);
  return prediction;
}

std::string hours(double seconds) {
  return decimal(seconds / 3600, seconds < 360 ? 3 : 1);
}

/// Nothing is sent and there are no rounds; each test client trains its own network, once.
double flops_of_self(const federate::Protocol& protocol, const federate::Federation& federation) {
  const auto& catalogue = federation.catalogue;
  double flops = 0;
  for (const auto client : catalogue.with_role(data::Role::test))
    flops += static_cast<double>(federate::self_flops(protocol, federation.network.forward_flops_per_sample(),
                                                      catalogue[client].support));
  return flops;
}

std::vector<std::string> cost_row(const Prediction& p, int ranks) {
  const auto rounds = static_cast<double>(p.rounds), flops = p.flops * rounds;
  return {p.algorithm,
          std::to_string(p.rounds),
          with_prefix(p.flops),
          with_prefix(flops),
          with_prefix(p.bytes) + "B",
          with_prefix(p.bytes * rounds) + "B",
          hours(rounds * cost::predict_round(p.demand, p.rates, ranks).seconds()),
          hours(flops / core_rate),
          hours(flops / h100_rate)};
}

std::string cost_table(const Settings& settings, const federate::Federation& federation,
                       const std::vector<Prediction>& predictions) {
  std::vector<std::vector<std::string>> rows{{"algorithm", "rounds", "FLOP/round", "FLOP", "bytes/round",
                                              "bytes", "hours here", "core hours", "H100 hours"}};
  for (const auto& p : predictions) rows.push_back(cost_row(p, federation.world.size()));
  for (const auto& protocol : settings.protocols) {
    if (!federate::is_baseline(protocol.algorithm) || !federate::has_parameters(protocol.algorithm)) continue;
    const double flops = flops_of_self(protocol, federation);
    rows.push_back({protocol.algorithm, "0", "", with_prefix(flops), "", "0.00 B", "",
                    hours(flops / core_rate), hours(flops / h100_rate)});
  }
  return text_table(rows);
}

/// Of a round, by phase; and on more ranks with as many clients for each as here.
std::string time_table(const std::vector<Prediction>& predictions, int ranks) {
  constexpr std::array more{64, 512, 4096};
  std::vector<std::vector<std::string>> rows{
      {"seconds a round", "GFLOP/s a rank", "broadcast", "compute", "reduce", "update", "in all"}};
  for (const auto many : more) rows.front().push_back(std::to_string(many) + " ranks");
  for (const auto& p : predictions) {
    const auto time = cost::predict_round(p.demand, p.rates, ranks);
    rows.push_back({p.algorithm, decimal(p.rates.flops_per_second / 1e9, 1)});
    for (const double phase : {time.broadcast, time.compute, time.reduce, time.update, time.seconds()})
      rows.back().push_back(decimal(phase, 4));
    for (const auto many : more)
      rows.back().push_back(decimal(cost::predict_round(p.demand, p.rates, many).seconds(), 4));
  }
  return text_table(rows);
}

std::string rates_note(const cost::MachineRates& rates, int ranks) {
  return std::string("  messages: ") + (ranks > 1 ? "measured" : "one rank, so assumed") + ", latency " +
         decimal(rates.latency * 1e6, 1) + " us a level, broadcast " +
         with_prefix(rates.broadcast_bytes_per_second) + "B/s, reduction " +
         with_prefix(rates.reduction_bytes_per_second) + "B/s\n";
}

/// Bytes of all clients' samples as they are kept.
std::int64_t resident_bytes(const federate::Catalogue& catalogue) {
  std::int64_t bytes = 0;
  for (const auto& client : catalogue.clients) {
    const auto numbers = client.samples * catalogue.form.width;
    const bool windows = client.storage == data::Storage::windows;  // a text, and where each begins
    bytes += windows                                  ? client.text + std::int64_t{4} * client.samples
             : client.storage == data::Storage::bytes ? numbers
                                                      : 4 * numbers;
  }
  return bytes;
}

/// In bytes, roughly: the server's optimiser (2 vectors), phi, sum and a client's work (6), the inner loop's
/// path, and the samples.
double memory_per_rank(const Settings& settings, const federate::Federation& federation,
                       const std::vector<Prediction>& predictions) {
  const auto& catalogue = federation.catalogue;
  std::int64_t widest = 0, steps = 0;
  for (const auto& p : predictions) widest = std::max(widest, p.widest);
  for (const auto& protocol : settings.protocols)
    for (const auto client : catalogue.with_role(data::Role::train))
      steps = std::max(steps, learn::steps_of(protocol.inner, catalogue[client].support));
  const auto vectors = 10 * widest + (steps + 1) * federation.network.layout().size();
  return 4 * static_cast<double>(vectors) +
         static_cast<double>(resident_bytes(catalogue)) / federation.world.size();
}

std::string predicted_lines(const Prediction& p, int ranks) {
  const auto line = [&](const char* metric, const std::string& value) {
    return "PREDICTED " + p.algorithm + "." + metric + " = " + value + "\n";
  };
  const auto rounds = static_cast<double>(p.rounds);
  const double seconds = cost::predict_round(p.demand, p.rates, ranks).seconds();
  return line("flops", decimal(p.flops * rounds, 0) + " FLOP") +
         line("bytes", decimal(p.bytes * rounds, 0) + " B") +
         line("seconds_per_round", decimal(seconds, 6) + " s");
}

}  // namespace

std::string plan(const Settings& settings, const federate::Federation& federation) {
  const auto theta =
      model::initial_parameters(federation.network.layout(), model::Initialisation::tf, /*seed=*/1);
  const int ranks = federation.world.size();
  std::vector<Prediction> predictions;
  for (const auto& protocol : settings.protocols)
    if (!federate::is_baseline(protocol.algorithm))
      predictions.push_back(predict(settings, federation, protocol, theta));
  std::string text = "Plan (nothing is trained; clients as seed " + std::to_string(settings.seeds.front()) +
                     " draws them)\n\n" + cost_table(settings, federation, predictions) +
                     "\n  core and H100 hours: at 50 GFLOP/s and, not measured, 20 TFLOP/s\n\n";
  if (!predictions.empty()) {
    text += time_table(predictions, ranks) + "\n" + rates_note(predictions.front().rates, ranks) +
            "  GFLOP/s: measured on a client's task cut to 50 samples; more ranks: as many clients for each\n"
            "  as here, messages at the same rates (docs/performance.md)\n";
  }
  text += "  memory per rank, about " + with_prefix(memory_per_rank(settings, federation, predictions)) +
          "B beside the program's own\n";
  for (const auto& p : predictions) text += predicted_lines(p, ranks);
  return text;
}

}  // namespace fedmeta::app

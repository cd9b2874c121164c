#include "programs/bench/plan.hpp"

#include <algorithm>
#include <array>
#include <numeric>

#include "algorithms/stages.hpp"
#include "base/text.hpp"
#include "cost/formulas.hpp"
#include "federate/cohort.hpp"
#include "federate/group_size.hpp"
#include "federate/sampling.hpp"
#include "programs/bench/rates.hpp"
#include "programs/bench/text_table.hpp"
#include "programs/bench/wall_time.hpp"

namespace fedmeta::programs {
namespace {

/// Returns how many rounds can be drawn in half a second, in a stage with so many training clients and
/// clients per round. In that time 40 million clients can be shuffled; placing one costs as much as shuffling
/// ten, and a round by itself as much as 400.
std::int64_t rounds_to_draw(std::int64_t train, std::int64_t clients) {
  return 1 + 40'000'000 / (train + 10 * clients + 400);
}

/// A sum of whole numbers: exact as long as it fits, and about right beyond.
struct WholeSum {
  std::uint64_t exact = 0;
  double about = 0;

  /// Adds times x number.
  void add(std::int64_t times, std::int64_t number) {
    exact += static_cast<std::uint64_t>(times) * static_cast<std::uint64_t>(number);
    about += static_cast<double>(times) * static_cast<double>(number);
  }
  std::string text() const { return about < 1.8e19 ? std::to_string(exact) : fixed(about, 0); }
};

struct Prediction {
  std::string algorithm;
  std::int64_t rounds = 0;
  WholeSum flops{}, bytes{};   ///< of all rounds
  double expected_flops = 0;   ///< the same, of the mean client if not exact
  bool exact = true;           ///< the clients of every round were drawn
  double clients = 0;          ///< in a round, mean
  std::int64_t widest = 0;     ///< largest number of values sent one way to a client
  cost::RoundDemand demand{};  ///< mean over the rounds
  MeasuredRates rates{};
};

/// The work for the clients of rounds first, first + 1, ...
struct Drawn {
  std::int64_t cost = 0;  ///< FLOPs for F = 1, summed over the rounds
  double busiest = 0;     ///< those of the busiest rank
};

Drawn draw_rounds(const hosting::Catalogue& catalogue, const std::vector<std::int32_t>& train,
                  const algorithms::Algorithm& algorithm, std::int64_t first, std::int64_t rounds,
                  const federate::RunPlan& plan) {
  Drawn sum;
  const bool balanced = plan.balanced && !algorithm.keeps_state();
  const auto clients = algorithm.round_options().clients_per_round;
  for (auto round = first; round < first + rounds; ++round) {
    const auto cohort = federate::make_cohort(
        catalogue, algorithm, federate::sample_clients(train, clients, plan.seed, round), balanced);
    for (const auto cost : cohort.cost) sum.cost += cost;
    sum.busiest += static_cast<double>(cohort.busiest_cost());
  }
  return sum;
}

/// Returns the mean cost of a round, in which all clients are equally likely to take part.
double expected_cost(const hosting::Catalogue& catalogue, const std::vector<std::int32_t>& train,
                     const algorithms::Algorithm& algorithm) {
  const auto all = federate::make_cohort(catalogue, algorithm, train, /*balanced=*/false);
  const double cost = std::accumulate(all.cost.begin(), all.cost.end(), 0.0);
  return static_cast<double>(algorithm.round_options().clients_per_round) * cost /
         static_cast<double>(train.size());
}

/// Fills in the demand of the rounds. If there are too many to draw, FLOPs are the expected ones, and the
/// busiest rank's are the mean over the first rounds of each stage.
void add_demand(Prediction& prediction, const settings::Settings& settings,
                const hosting::Catalogue& catalogue, const model::Network& network,
                const algorithms::Run& run, const at::Tensor& phi) {
  const auto plan = settings::run_plan(settings, settings.seeds.front());
  const auto train = catalogue.with_role(data::Role::train);
  const auto forward = network.forward_flops_per_sample();
  const auto f = static_cast<double>(forward);
  std::int64_t first = 1;
  for (const auto& stage : run.stages) {
    if (stage.rounds == 0) continue;
    const auto& algorithm = *stage.algorithm;
    const auto rounds = static_cast<double>(stage.rounds),
               share = rounds / static_cast<double>(prediction.rounds);
    const auto clients = algorithm.round_options().clients_per_round;
    const auto looked_at = std::min(stage.rounds, rounds_to_draw(std::ssize(train), clients));
    const auto drawn = draw_rounds(catalogue, train, algorithm, first, looked_at, plan);
    const bool exact = looked_at == stage.rounds;
    prediction.exact = prediction.exact && exact;
    prediction.flops.add(forward, drawn.cost);
    prediction.expected_flops +=
        f * (exact ? static_cast<double>(drawn.cost) : rounds * expected_cost(catalogue, train, algorithm));
    prediction.clients += share * static_cast<double>(clients);
    const auto sent = cost::parameter_bytes(algorithm.sent_parameters(network.layout().size()));
    prediction.bytes.add(2 * stage.rounds * clients, sent);
    prediction.demand.busiest_flops += share * f * drawn.busiest / static_cast<double>(looked_at);
    prediction.demand.message_bytes += share * static_cast<double>(sent);
    prediction.demand.update_seconds += share * measure_update(algorithm, phi);
    first += stage.rounds;
  }
}

Prediction predict(const settings::Settings& settings, const hosting::Catalogue& catalogue,
                   const federate::Federation& trial, const algorithms::Method& method,
                   const at::Tensor& theta) {
  const auto run = method.make_run();
  const auto phi = run.first().initial(theta).to(trial.device);
  Prediction prediction{.algorithm = method.name(), .rounds = run.rounds(), .widest = phi.numel()};
  if (trial.world.root()) add_demand(prediction, settings, catalogue, trial.network, run, phi);
  prediction.rates =
      measure_rates(trial, method, phi, settings::run_plan(settings, settings.seeds.front()).reproducible);
  return prediction;
}

std::string hours(double seconds) {
  return fixed(seconds / 3600, seconds < 360 ? 3 : 1);
}

/// Returns the FLOPs of a method without rounds and messages, in which each test client trains its own
/// network once.
double flops_alone(const algorithms::TrainedAlone& method, const hosting::Catalogue& catalogue,
                   const model::Network& network) {
  double flops = 0;
  for (const auto client : catalogue.with_role(data::Role::test))
    flops += static_cast<double>(method.flops(network.forward_flops_per_sample(), catalogue[client].support));
  return flops;
}

/// Returns "0.120 (0.110-0.140)": by the median of the timed tasks, the fastest and the slowest.
std::string hours_here(const Prediction& p, int ranks) {
  const auto at = [&](double flops_per_second) {
    auto rates = p.rates.rates;
    rates.flops_per_second = flops_per_second;
    return hours(static_cast<double>(p.rounds) * cost::predict_round(p.demand, rates, ranks).seconds());
  };
  return at(p.rates.rates.flops_per_second) + " (" + at(p.rates.fastest) + "-" + at(p.rates.slowest) + ")";
}

std::vector<std::string> cost_row(const Prediction& p, int ranks) {
  const auto rounds = static_cast<double>(std::max<std::int64_t>(1, p.rounds));
  return {p.algorithm,
          std::to_string(p.rounds),
          with_prefix(p.expected_flops / rounds),
          with_prefix(p.expected_flops),
          with_prefix(p.bytes.about / rounds) + "B",
          with_prefix(p.bytes.about) + "B",
          hours_here(p, ranks)};
}

std::string cost_table(const settings::Settings& settings, const hosting::Catalogue& catalogue,
                       const federate::Federation& trial, const std::vector<Prediction>& predictions) {
  std::vector<std::vector<std::string>> rows{
      {"algorithm", "rounds", "FLOP/round", "FLOP", "bytes/round", "bytes", "hours here"}};
  for (const auto& p : predictions) rows.push_back(cost_row(p, trial.world.size()));
  for (const auto& method : settings.methods) {
    const auto alone = method.options().make_trained_alone();
    if (!alone) continue;
    const double flops = flops_alone(*alone, catalogue, trial.network);
    rows.push_back({method.name(), "0", "", with_prefix(flops), "", "0.00 B", "not measured"});
  }
  return text_table(rows);
}

/// Returns a note that names the algorithms whose FLOPs are expected ones, not those of the clients that will
/// be drawn.
std::string expected_note(const std::vector<Prediction>& predictions) {
  std::string names;
  for (const auto& p : predictions)
    if (!p.exact) names += (names.empty() ? "" : ", ") + p.algorithm;
  if (names.empty()) return "";
  return "  expected: FLOPs of " + names +
         "\n  (their rounds are too many to draw: the mean over all training clients)\n";
}

/// Returns the times of a round by phase, and on more ranks with as many clients per rank as here.
std::string time_table(const std::vector<Prediction>& predictions, int ranks) {
  constexpr std::array more{64, 512, 4096};
  std::vector<std::vector<std::string>> rows{
      {"seconds a round", "GFLOP/s a rank", "broadcast", "compute", "reduce", "update", "in all", "clients"}};
  for (const auto many : more)
    rows.front().push_back(std::to_string(many) + " ranks, clients x" + general(1.0 * many / ranks, 4));
  for (const auto& p : predictions) {
    const auto& rates = p.rates.rates;
    const auto time = cost::predict_round(p.demand, rates, ranks);
    rows.push_back({p.algorithm, fixed(rates.flops_per_second / 1e9, 1)});
    for (const double phase : {time.broadcast, time.compute, time.reduce, time.update, time.seconds()})
      rows.back().push_back(fixed(phase, 4));
    rows.back().push_back(general(p.clients));
    for (const auto many : more)
      rows.back().push_back(fixed(cost::predict_round(p.demand, rates, many).seconds(), 4));
  }
  return text_table(rows);
}

std::string rates_note(const cost::MachineRates& rates, int ranks) {
  return std::string("  messages: ") + (ranks > 1 ? "measured" : "one rank, so assumed") + ", latency " +
         fixed(rates.latency * 1e6, 1) + " us a level, broadcast " +
         with_prefix(rates.broadcast_bytes_per_second) + "B/s, reduction " +
         with_prefix(rates.reduction_bytes_per_second) + "B/s\n";
}

/// Returns the bytes of all clients' samples in the form in which they are kept.
std::int64_t resident_bytes(const hosting::Catalogue& catalogue) {
  std::int64_t bytes = 0;
  for (const auto& client : catalogue.clients) {
    const auto numbers = client.samples * catalogue.form.width;
    const bool windows = client.storage == data::Storage::windows;  // a text, and the starts in it
    bytes += windows                                  ? client.text + std::int64_t{4} * client.samples
             : client.storage == data::Storage::bytes ? numbers
                                                      : 4 * numbers;
  }
  return bytes;
}

/// Returns the bytes of the clients that a rank computes together, at most.
std::int64_t group_bytes(const settings::Settings& settings, const hosting::Catalogue& catalogue,
                         const federate::Federation& trial) {
  std::int64_t most = 0, largest = 0;
  const auto plan = settings::run_plan(settings, settings.seeds.front());
  const auto train = catalogue.with_role(data::Role::train);
  for (const auto client : train) largest = std::max<std::int64_t>(largest, catalogue[client].samples);
  for (const auto& method : settings.methods)
    for (const auto& stage : method.make_run().stages) {
      const auto steps = federate::most_kept_steps(*stage.algorithm, catalogue, train);
      const std::int64_t ranks = trial.world.size(), m = stage.algorithm->round_options().clients_per_round;
      const auto clients = std::min((m + ranks - 1) / ranks, federate::clients_at_a_time(trial, plan, steps));
      most = std::max(most, clients * federate::vector_bytes(trial.network, steps) +
                                trial.engine.work_bytes(clients, largest));
    }
  return most;
}

/// Returns a rough estimate in bytes: phi, the server's optimiser (2 vectors), the sum and what it was (2),
/// the clients in work, and the samples.
double memory_per_rank(const settings::Settings& settings, const hosting::Catalogue& catalogue,
                       const federate::Federation& trial, const std::vector<Prediction>& predictions) {
  std::int64_t widest = 0;
  for (const auto& p : predictions) widest = std::max(widest, p.widest);
  const auto vectors = std::int64_t{4} * 5 * widest;
  return static_cast<double>(vectors + group_bytes(settings, catalogue, trial)) +
         static_cast<double>(resident_bytes(catalogue)) / trial.world.size();
}

std::string predicted_lines(const Prediction& p, int ranks) {
  const auto line = [&](const char* metric, const std::string& value) {
    return "PREDICTED " + p.algorithm + "." + metric + " = " + value + "\n";
  };
  const double seconds = cost::predict_round(p.demand, p.rates.rates, ranks).seconds();
  return line("flops", (p.exact ? p.flops.text() : fixed(p.expected_flops, 0)) + " FLOP") +
         line("bytes", p.bytes.text() + " B") + line("seconds_per_round", fixed(seconds, 6) + " s");
}

}  // namespace

std::string plan(const settings::Settings& settings, const hosting::Catalogue& catalogue,
                 const federate::Federation& trial) {
  const auto theta = model::initial_parameters(trial.network.layout(), model::Initialisation::tf, /*seed=*/1);
  const int ranks = trial.world.size();
  std::vector<Prediction> predictions;
  for (const auto& method : settings.methods)
    if (method.has_rounds()) predictions.push_back(predict(settings, catalogue, trial, method, theta));
  const auto seconds_of_rounds = [&](const std::string& method) {
    const auto& p = *std::ranges::find(predictions, method, &Prediction::algorithm);
    return static_cast<double>(p.rounds) * cost::predict_round(p.demand, p.rates.rates, ranks).seconds();
  };
  const auto wall = wall_time(settings, catalogue, trial, theta, seconds_of_rounds);
  if (!trial.world.root()) return "";
  std::string text =
      "Plan (nothing is trained; clients as seed " + std::to_string(settings.seeds.front()) +
      " draws them)\n\n" + cost_table(settings, catalogue, trial, predictions) + "\n" +
      expected_note(predictions) +
      "  hours here: of the rounds alone, for one seed; in brackets by the fastest and by the slowest of\n"
      "  the tasks that were timed\n\n" +
      wall.table + "\n";
  if (!predictions.empty()) {
    text += time_table(predictions, ranks) + "\n" + rates_note(predictions.front().rates.rates, ranks) +
            "  GFLOP/s: measured on a client's task cut to 50 samples; more ranks: as many clients for each\n"
            "  as here, messages at the same rates (docs/performance.md)\n";
  }
  text += std::string(trial.device.is_cpu() ? "  memory per rank, about "
                                            : "  memory of a rank on its GPU, about ") +
          with_prefix(memory_per_rank(settings, catalogue, trial, predictions)) + "B beside the " +
          (trial.device.is_cpu() ? "program's own\n" : "libraries' own\n");
  for (const auto& p : predictions) text += predicted_lines(p, ranks);
  return text + wall.predicted;
}

}  // namespace fedmeta::programs

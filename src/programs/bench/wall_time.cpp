#include "programs/bench/wall_time.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "cost/formulas.hpp"
#include "device/gemm_rate.hpp"
#include "federate/evaluation.hpp"
#include "programs/bench/machine.hpp"
#include "programs/bench/rates.hpp"
#include "programs/bench/text_table.hpp"
#include "programs/bench/trainings.hpp"

namespace fedmeta::programs {
namespace {

struct TrainingSeconds {
  double rounds = 0, evaluations = 0;
  std::int64_t times = 0;  ///< evaluated

  double all() const { return rounds + evaluations; }
};

/// Returns 1:02:03.
std::string clock_text(double seconds) {
  const auto whole = std::llround(std::ceil(seconds));
  return std::to_string(whole / 3600) + ":" + two_digits(whole / 60 % 60) + ":" + two_digits(whole % 60);
}

/// Returns the FLOPs, for F = 1, of an evaluation of all clients, or of so many as the plan says.
double work_of_evaluation(const hosting::Catalogue& catalogue, const algorithms::Algorithm& algorithm,
                          const federate::RunPlan& plan) {
  double work = 0;
  for (const auto role : federate::evaluated_roles(plan, catalogue)) {
    const auto clients = catalogue.with_role(role);
    double all = 0;
    for (const auto client : clients)
      all += federate::evaluation_work(algorithm, algorithm.adapts(), catalogue[client].samples,
                                       catalogue[client].support);
    const auto there = static_cast<double>(clients.size());
    const auto met = plan.eval_clients == 0 ? there : std::min(there, static_cast<double>(plan.eval_clients));
    work += there == 0 ? 0 : all * met / there;
  }
  return work;
}

/// Collective.
TrainingSeconds seconds_of(const TrainingGroup& group, const settings::Settings& settings,
                           const hosting::Catalogue& catalogue, const federate::Federation& trial,
                           const at::Tensor& theta, const RoundSeconds& round_seconds) {
  auto plan = settings::run_plan(settings, settings.seeds.front());
  const auto phi = group.run.first().initial(theta).to(trial.device);
  TrainingSeconds seconds;
  const double for_one = measure_evaluation(trial, group.method, phi);
  if (!trial.world.root()) return seconds;
  seconds.rounds = round_seconds(group.method.name());
  const auto rounds = group.run.rounds();
  // Round 0 is the first that is evaluated.
  const auto before_last = plan.eval_every == 0 ? 0 : (rounds + plan.eval_every - 1) / plan.eval_every;
  seconds.times = before_last + 1;
  const auto of = [&] {
    return for_one * work_of_evaluation(catalogue, group.run.last(), plan) / trial.world.size();
  };
  seconds.evaluations = static_cast<double>(before_last) * of();
  plan.eval_clients = 0;  // the last meets all
  seconds.evaluations += of();
  return seconds;
}

/// Returns the seconds of measuring sgemm at the beginning and the end, by a small sample of it. Collective.
double machine_seconds(const federate::Federation& trial) {
  constexpr std::int64_t sample = 512, products = 20;  // of two measurements
  trial.world.wait_for_all();
  const auto rates = trial.world.gather(device::gemm_flops_per_second(trial.device, sample));
  if (!trial.world.root()) return 0;
  const auto n = static_cast<double>(gemm_size());
  return products * 2 * n * n * n / *std::ranges::min_element(rates);
}

}  // namespace

WallTime wall_time(const settings::Settings& settings, const hosting::Catalogue& catalogue,
                   const federate::Federation& trial, const at::Tensor& theta,
                   const RoundSeconds& round_seconds) {
  const auto seeds = static_cast<double>(settings.seeds.size());
  std::vector<std::vector<std::string>> rows{{"training", "seeds", "rounds", "evaluations", "in all"}};
  double whole = machine_seconds(trial);
  const auto machine = whole;
  std::string unknown;
  for (const auto& group : group_by_training(settings.methods)) {
    if (!group.method.has_rounds()) {
      unknown += (unknown.empty() ? "" : ", ") + names(group);
      continue;
    }
    const auto one = seconds_of(group, settings, catalogue, trial, theta, round_seconds);
    whole += seeds * one.all();
    rows.push_back({names(group), std::to_string(settings.seeds.size()), clock_text(seeds * one.rounds),
                    clock_text(seeds * one.evaluations) + " (" + std::to_string(one.times) + ")",
                    clock_text(seeds * one.all())});
  }
  if (!trial.world.root()) return {};
  rows.push_back({"measuring the machine", "", "", "", clock_text(machine)});
  rows.push_back({"whole run", "", "", "", clock_text(whole)});
  constexpr double margin = 1.2, step = 300;
  std::string text =
      text_table(rows) + "\n  wall time, h:mm:ss; evaluations: of all seeds, in brackets how many a seed" +
      "\n  for a batch system: --time=" + clock_text(step * std::ceil(margin * whole / step)) +
      ", a fifth more; reading the data and the checks at the start come on top" + "\n  a checkpoint " +
      (settings.checkpoint_every == "0" ? "when a signal ends the run"
                                        : "every " + settings.checkpoint_every) +
      " has some " + with_prefix(12.0 * static_cast<double>(theta.numel())) + "B\n";
  if (!unknown.empty()) text += "  not among it, since never measured: " + unknown + "\n";
  return {text, "PREDICTED run.wall_seconds = " + fixed(whole, 1) + " s\n"};
}

}  // namespace fedmeta::programs

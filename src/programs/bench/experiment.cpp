#include "programs/bench/experiment.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <optional>

#include "base/stop_signal.hpp"
#include "federate/baseline.hpp"
#include "programs/bench/progress.hpp"
#include "programs/bench/trainings.hpp"
#include "record/results_reader.hpp"
#include "trace/span.hpp"

namespace fedmeta::programs {
namespace {

record::RunHeader make_header(const settings::Settings& settings, const algorithms::Method& method,
                              std::int64_t seed, const model::Network& network, const Attributes& start) {
  record::RunHeader header{method.name(), seed, 0, 0, settings::run_attributes(settings, method)};
  if (!method.has_network()) return header;
  header.parameters = network.layout().size();
  header.forward_flops_per_sample = network.forward_flops_per_sample();
  header.hyperparameters.insert(header.hyperparameters.end(), start.begin(), start.end());
  return header;
}

/// Returns nothing for a method that knows no rounds.
std::optional<std::int64_t> rounds_of(const TrainingGroup& group) {
  return group.method.has_rounds() ? std::optional(group.run.rounds()) : std::nullopt;
}

record::Phases stored(const metering::PhaseCost& cost) {
  record::Phases phases{.seconds = {cost.seconds.begin(), cost.seconds.end()}};
  if (!cost.has_energy()) return phases;
  phases.energy_joules = {cost.joules.begin(), cost.joules.end()};
  phases.energy_source = cost.source;
  return phases;
}

/// Writes the progress of a training to the file and to the terminal.
class Recorder final : public federate::Observer {
 public:
  Recorder(record::ResultsWriter& writer, const settings::Settings& settings, const TrainingGroup& group,
           std::int64_t seed, const model::Network& network, const Attributes& start)
      : seed_(seed), progress_(settings.progress, training_name(settings, group, seed), rounds_of(group)) {
    const auto slots = group.method.has_rounds() ? algorithms::largest_cohort(group.run) : 1;
    for (const auto& method : group.reported) {
      headers_.push_back(make_header(settings, method, seed, network, start));
      writers_.push_back(writer.begin_run(headers_.back(), slots));
    }
  }

  /// Writes the rows from before the run went on.
  void restore(const Resumed& resumed) {
    for (std::size_t v = 0; v < writers_.size(); ++v) {
      const auto& run = earlier(resumed, v);
      writers_[v].append_rounds(run.rounds);
      write({run.evaluations, run.target, run.clients, run.curve, run.self_curve}, writers_[v]);
      if (!run.rounds.empty()) progress_.go_on_after(run.rounds.back());
    }
  }
  /// The same for a run that was complete.
  void restore_complete(const Resumed& resumed) {
    restore(resumed);
    for (std::size_t v = 0; v < writers_.size(); ++v) {
      const auto& run = earlier(resumed, v);
      const auto model = record::read_model(resumed.file, run.header);
      if (run.phases) writers_[v].write_phases(*run.phases);
      writers_[v].finish(model ? &*model : nullptr, run.status);
    }
  }

  void on_round(const cost::RoundRow& row) override {
    for (auto& writer : writers_) writer.append_rounds(std::span(&row, 1));
    progress_.round(row);
  }
  void on_evaluation(const std::vector<federate::ViewEvaluation>& views) override {
    for (std::size_t v = 0; v < views.size(); ++v) write(views[v], writers_[v]);
    // fedavg and fedavg-meta share a training; the one that adapts shows the figures of both.
    progress_.evaluation(views.back().rows);
  }
  void finish(const record::Model* model, const std::optional<metering::PhaseCost>& phases,
              const std::string& status) {
    progress_.end();
    for (auto& writer : writers_) {
      if (phases) writer.write_phases(stored(*phases));
      writer.finish(model, status);
    }
  }
  /// Leaves the runs incomplete.
  void leave() {
    progress_.end();
    for (auto& writer : writers_) writer.leave("interrupted");
  }

 private:
  const record::Run& earlier(const Resumed& resumed, std::size_t view) const {
    const auto& name = headers_[view].algorithm;
    const auto* run = resumed.run(name, seed_);
    if (!run)
      throw Error(Status::own_file, "the checkpoint does not hold a run that it says is there",
                  name + " seed " + std::to_string(seed_), "start the run anew");
    check_same_start(run->header, headers_[view]);
    return *run;
  }
  /// Writes the evaluations' rows last, since they flush the file.
  static void write(const federate::ViewEvaluation& view, record::RunWriter& writer) {
    if (view.target) writer.write_target(*view.target);
    if (!view.clients.empty()) writer.write_clients(view.clients);
    if (!view.curve.empty()) writer.write_curve(view.curve);
    if (!view.self_curve.empty()) writer.write_self_curve(view.self_curve);
    for (const auto& row : view.rows) writer.append_evaluation(row);
  }

  std::int64_t seed_;
  std::vector<record::RunHeader> headers_;
  Progress progress_;
  std::deque<record::RunWriter> writers_;  ///< parallel to the headers
};

std::vector<float> to_vector(const at::Tensor& tensor) {
  const float* begin = tensor.data_ptr<float>();
  return {begin, begin + tensor.numel()};
}

record::Model make_model(const federate::Outcome& outcome, const model::ParameterLayout& layout) {
  record::Model model;
  model.layout = layout.json();
  const auto p = layout.size();
  model.theta_initial = to_vector(outcome.phi_initial.slice(0, 0, p));
  model.theta = to_vector(outcome.phi.slice(0, 0, p));
  model.alpha_initial = to_vector(outcome.phi_initial.slice(0, p));
  model.alpha = to_vector(outcome.phi.slice(0, p));
  return model;
}

/// One training of the experiment.
struct Place {
  const TrainingGroup* group;
  std::int64_t seed;
};

std::vector<Place> places_of(const std::vector<TrainingGroup>& groups,
                             const std::vector<std::int64_t>& seeds) {
  std::vector<Place> places;
  for (const auto& group : groups)
    for (const auto seed : seeds) places.push_back({&group, seed});
  return places;
}

federate::Outcome run_group(const settings::Settings& settings, const federate::Federation& federation,
                            const Place& place, const federate::Start& start, federate::Observer* observer,
                            Checkpoints& checkpoints, const federate::ServerState* before,
                            federate::Validity& validity) {
  const auto& group = *place.group;
  auto plan = settings::run_plan(settings, place.seed);
  if (group.method.has_rounds()) {
    federate::Training training(federation, group.run, group.views, plan, start);
    auto outcome = training.run(observer, validity, &checkpoints, before);
    if (outcome.stopped) checkpoints.write(&training.state(), validity);
    return outcome;
  }
  if (federation.meter) federation.meter->here().enter(cost::Phase::evaluation);
  plan.eval_clients = 0;  // all clients, as in the last evaluation of a training
  auto outcome = federate::run_baseline(federation, group.method, plan, start, observer, validity);
  if (outcome.stopped) checkpoints.write(nullptr, {});  // it begins anew
  return outcome;
}

[[noreturn]] void refuse_rounds(const std::string& before, std::int64_t now) {
  throw Error(
      Status::usage, before, "--resume with " + std::to_string(now) + " rounds",
      "give the numbers of rounds it was begun with; only the last of the run under way may be larger");
}

/// Checks the numbers of rounds, which settings::check_same_settings ignores.
void check_rounds(const Resumed& resumed, const std::vector<Place>& places) {
  const auto name = [](const Place& place) {
    return place.group->reported.front().name() + " seed " + std::to_string(place.seed);
  };
  const auto under_way = static_cast<std::size_t>(resumed.training);
  for (std::size_t i = 0; i < std::min(under_way, places.size()); ++i) {
    const auto* run = resumed.run(places[i].group->reported.front().name(), places[i].seed);
    const auto now = places[i].group->run.rounds();
    if (run && std::ssize(run->rounds) != now)
      refuse_rounds(name(places[i]) + " was complete after " + std::to_string(run->rounds.size()) + " rounds",
                    now);
  }
  if (under_way >= places.size()) return;
  const auto& stages = places[under_way].group->run.stages;
  for (std::size_t s = 0; s < resumed.stage_rounds.size(); ++s) {
    const auto before = resumed.stage_rounds[s];
    const auto now = s < stages.size() ? stages[s].rounds : 0;
    const bool more = s + 1 == stages.size() && now > before;
    if (now != before && !more)
      refuse_rounds(name(places[under_way]) + " was begun with " + std::to_string(before) + " rounds", now);
  }
}

/// Called on all ranks, after the checkpoint was written.
[[noreturn]] void end_interrupted(const comm::Communicator& world, const settings::Settings& settings,
                                  const Place& place, const federate::Outcome& outcome,
                                  const std::filesystem::path& checkpoint) {
  throw comm::AgreedError(Error(Status::interrupted,
                                "stopped by " + signal_name(world.told_to_stop()) + " after round " +
                                    std::to_string(outcome.rounds) + " of " +
                                    training_name(settings, *place.group, place.seed),
                                checkpoint.string(), "run the same command again with --resume"));
}

}  // namespace

void run_experiment(const settings::Settings& settings, const federate::Federation& federation,
                    const StartModel& start, record::ResultsWriter* writer, Checkpoints& checkpoints,
                    const Resumed& resumed, TraceFile& trace, federate::Validity& validity) {
  const auto groups = group_by_training(settings.methods);
  const auto places = places_of(groups, settings.seeds);
  comm::agree(federation.world, [&] { check_rounds(resumed, places); });
  for (const auto& reason : resumed.reasons_before) validity.require(false, reason);
  for (std::size_t i = 0; i < places.size(); ++i) {
    const auto number = static_cast<std::int64_t>(i);
    const auto& place = places[i];
    const bool goes_on = number == resumed.training && resumed.state;
    std::optional<trace::Span> span;
    span.emplace("training", trace::About{.label = training_name(settings, *place.group, place.seed)},
                 LogLevel::info);
    const auto point = start.of(place.seed, federation.network);
    std::unique_ptr<Recorder> recorder;
    comm::agree(federation.world, [&] {
      if (!writer) return;
      recorder = std::make_unique<Recorder>(*writer, settings, *place.group, place.seed, federation.network,
                                            point.attributes);
      if (number < resumed.training) recorder->restore_complete(resumed);
      if (goes_on) recorder->restore(resumed);
    });
    if (number < resumed.training) continue;
    federate::Validity own;
    if (goes_on)
      for (const auto& reason : resumed.reasons) own.require(false, reason);
    checkpoints.enter(number, place.group->run, validity, goes_on ? resumed.state->next_round - 1 : 0);
    if (federation.meter) federation.meter->here().begin();
    const auto outcome = run_group(settings, federation, place, point.start, recorder.get(), checkpoints,
                                   goes_on ? &*resumed.state : nullptr, own);
    if (outcome.stopped) {
      if (recorder) recorder->leave();
      if (writer) writer->leave("interrupted");
      end_interrupted(federation.world, settings, place, outcome, checkpoints.path());
    }
    std::optional<metering::PhaseCost> phases;  // not of a part of the run alone
    if (federation.meter && !goes_on) phases = federation.meter->end();
    validity.absorb(own);
    if (recorder) {
      const bool save = settings.save_model && outcome.phi.defined();
      const auto model = save ? make_model(outcome, federation.network.layout()) : record::Model{};
      recorder->finish(save ? &model : nullptr, phases, own.valid() ? "complete" : "invalid");
    }
    if (i + 1 < places.size()) checkpoints.leave();
    span.reset();
    trace.collect();
  }
}

}  // namespace fedmeta::programs

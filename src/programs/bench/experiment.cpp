#include "programs/bench/experiment.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <deque>
#include <memory>

#include "federate/baseline.hpp"
#include "programs/bench/progress.hpp"

namespace fedmeta::programs {
namespace {

/// One training, and what it is reported as.
struct Group {
  algorithms::Method method;  ///< of those reported, one that adapts, where there is one
  algorithms::Run run;        ///< without stages for a method without rounds
  std::vector<federate::View> views;
  std::vector<algorithms::Method> reported;  ///< parallel to the views
};

/// Methods whose trainings are the same share one.
std::vector<Group> group_by_training(const std::vector<algorithms::Method>& methods) {
  std::vector<Group> groups;
  for (const auto& method : methods) {
    auto run = method.make_run();
    const bool adapts = run.stages.empty() || run.last().adapts();
    const auto shared = std::ranges::find_if(groups, [&](const Group& group) {
      return method.has_rounds() && group.method.has_rounds() && group.run.trains_as(run);
    });
    if (shared == groups.end()) {
      groups.push_back({method, std::move(run), {{method.name(), adapts}}, {method}});
      continue;
    }
    shared->views.push_back({method.name(), adapts});
    shared->reported.push_back(method);
    if (adapts) {
      shared->method = method;
      shared->run = std::move(run);
    }
  }
  return groups;
}

record::RunHeader make_header(const settings::Settings& settings, const algorithms::Method& method,
                              std::int64_t seed, const model::Network& network) {
  const bool trains = method.has_network();
  return {method.name(), seed, trains ? network.layout().size() : 0,
          trains ? network.forward_flops_per_sample() : 0, settings::run_attributes(settings, method)};
}

/// What a training is called on the terminal: all that it is reported as, and the seed where there are
/// several.
std::string training_name(const settings::Settings& settings, const Group& group, std::int64_t seed) {
  std::string name;
  for (const auto& view : group.views) name += (name.empty() ? "" : ", ") + view.algorithm;
  return settings.seeds.size() > 1 ? name + " seed " + std::to_string(seed) : name;
}

/// Writes what happens to the file and to the terminal.
class Recorder final : public federate::Observer {
 public:
  Recorder(record::ResultsWriter& writer, const settings::Settings& settings, const Group& group,
           std::int64_t seed, const model::Network& network)
      : progress_(settings.progress, training_name(settings, group, seed), group.run.rounds()) {
    const auto slots = group.method.has_rounds() ? algorithms::largest_cohort(group.run) : 1;
    for (const auto& method : group.reported)
      writers_.push_back(writer.begin_run(make_header(settings, method, seed, network), slots));
  }

  void on_round(const cost::RoundRow& row) override {
    pending_.push_back(row);
    progress_.round(row);
  }
  void on_evaluation(const std::vector<cost::EvaluationRow>& rows) override {
    for (auto& writer : writers_) writer.append_rounds(pending_);
    pending_.clear();
    // With both roles evaluated there are two rows for each view.
    for (std::size_t i = 0; i < rows.size(); ++i) writers_[i % writers_.size()].append_evaluation(rows[i]);
    progress_.evaluation(rows);
  }
  void finish(std::size_t view, const federate::ViewOutcome& outcome, const record::Model* model,
              const std::string& status) {
    if (!outcome.curve.empty()) writers_[view].write_curve(outcome.curve);
    writers_[view].finish(outcome.clients, outcome.target, model, status);
  }
  void end() { progress_.end(); }

 private:
  Progress progress_;
  std::deque<record::RunWriter> writers_;
  std::vector<cost::RoundRow> pending_;
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

federate::Outcome run_group(const settings::Settings& settings, const federate::Federation& federation,
                            const Group& group, std::int64_t seed, federate::Observer* observer,
                            federate::Validity& validity) {
  const auto init = settings.init == "tf" ? model::Initialisation::tf : model::Initialisation::torch;
  auto plan = settings::run_plan(settings, seed);
  if (group.method.has_rounds())
    return federate::Training(federation, group.run, group.views, plan, init).run(observer, validity);
  plan.eval_clients = 0;  // of all clients, as the last evaluation of a training
  return federate::run_baseline(federation, group.method, plan, init, observer, validity);
}

}  // namespace

std::vector<record::Run> run_experiment(const settings::Settings& settings,
                                        const federate::Federation& federation, record::ResultsWriter* writer,
                                        federate::Validity& validity) {
  std::vector<record::Run> runs;
  for (const auto& group : group_by_training(settings.methods)) {
    for (const auto seed : settings.seeds) {
      std::unique_ptr<Recorder> recorder;
      if (writer) recorder = std::make_unique<Recorder>(*writer, settings, group, seed, federation.network);
      federate::Validity own;
      auto outcome = run_group(settings, federation, group, seed, recorder.get(), own);
      validity.absorb(own);
      if (!writer) continue;
      recorder->end();
      const std::string status = own.valid() ? "complete" : "invalid";
      const bool save = settings.save_model && outcome.phi.defined();
      const auto model = save ? make_model(outcome, federation.network.layout()) : record::Model{};
      for (std::size_t v = 0; v < group.views.size(); ++v) {
        auto& view = outcome.views[v];
        recorder->finish(v, view, save ? &model : nullptr, status);
        runs.push_back({make_header(settings, group.reported[v], seed, federation.network), status,
                        outcome.rounds, view.evaluations, view.clients, view.target, view.curve});
      }
    }
  }
  // Seeds of one algorithm side by side, algorithms in the order asked for.
  const auto place = [&](const record::Run& run) {
    return std::find(settings.algorithms.begin(), settings.algorithms.end(), run.header.algorithm);
  };
  std::stable_sort(runs.begin(), runs.end(),
                   [&](const auto& a, const auto& b) { return place(a) < place(b); });
  return runs;
}

}  // namespace fedmeta::programs

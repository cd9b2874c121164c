#include "programs/bench/experiment.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <deque>
#include <memory>

#include "federate/baseline.hpp"
#include "programs/bench/progress.hpp"

namespace fedmeta::programs {
namespace {

/// One training, and the methods as which it is reported.
struct Group {
  algorithms::Method method;  ///< of the reported ones, one that adapts, if there is any
  algorithms::Run run;        ///< has no stages if the method has no rounds
  std::vector<federate::View> views;
  std::vector<algorithms::Method> reported;  ///< parallel to the views
};

/// Groups methods that have the same training.
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

/// Returns a training's name on the terminal: the methods as which it is reported, and the seed if there are
/// several.
std::string training_name(const settings::Settings& settings, const Group& group, std::int64_t seed) {
  std::string name;
  for (const auto& view : group.views) name += (name.empty() ? "" : ", ") + view.algorithm;
  return settings.seeds.size() > 1 ? name + " seed " + std::to_string(seed) : name;
}

/// Writes the progress of a training to the file and to the terminal.
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
    for (auto& writer : writers_) writer.append_rounds(std::span(&row, 1));
    progress_.round(row);
  }
  void on_evaluation(const std::vector<federate::ViewEvaluation>& views) override {
    for (std::size_t v = 0; v < views.size(); ++v) write(views[v], writers_[v]);
    // fedavg and fedavg-meta share a training; the one that adapts shows the figures of both.
    progress_.evaluation(views.back().rows);
  }
  void finish(const record::Model* model, const std::string& status) {
    progress_.end();
    for (auto& writer : writers_) writer.finish(model, status);
  }

 private:
  /// Writes the evaluations' rows last, since they flush the file.
  static void write(const federate::ViewEvaluation& view, record::RunWriter& writer) {
    if (view.target) writer.write_target(*view.target);
    if (!view.clients.empty()) writer.write_clients(view.clients);
    if (!view.curve.empty()) writer.write_curve(view.curve);
    for (const auto& row : view.rows) writer.append_evaluation(row);
  }

  Progress progress_;
  std::deque<record::RunWriter> writers_;
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
  plan.eval_clients = 0;  // all clients, as in the last evaluation of a training
  return federate::run_baseline(federation, group.method, plan, init, observer, validity);
}

}  // namespace

void run_experiment(const settings::Settings& settings, const federate::Federation& federation,
                    record::ResultsWriter* writer, federate::Validity& validity) {
  for (const auto& group : group_by_training(settings.methods)) {
    for (const auto seed : settings.seeds) {
      std::unique_ptr<Recorder> recorder;
      if (writer) recorder = std::make_unique<Recorder>(*writer, settings, group, seed, federation.network);
      federate::Validity own;
      const auto outcome = run_group(settings, federation, group, seed, recorder.get(), own);
      validity.absorb(own);
      if (!recorder) continue;
      const bool save = settings.save_model && outcome.phi.defined();
      const auto model = save ? make_model(outcome, federation.network.layout()) : record::Model{};
      recorder->finish(save ? &model : nullptr, own.valid() ? "complete" : "invalid");
    }
  }
}

}  // namespace fedmeta::programs

#include "algorithms/protocol.hpp"

namespace fedmeta::test {
namespace {

/// Gives a method's options their values by name.
class Values {
 public:
  explicit Values(algorithms::Method& method) : rows_(method.rows()) {}

  template <class T>
  void set(const std::string& name, const T& value) const {
    const auto* row = options::find(rows_, name);
    if (!row) return;
    if constexpr (std::is_enum_v<T>)
      options::assign(*row, options::word(value));
    else
      options::assign(*row, value);
  }
  template <class T>
  void set(const std::string& name, const std::optional<T>& value) const {
    if (value) set(name, *value);
  }
  void set_later(const std::string& prefix, const std::string& local,
                 const algorithms::LaterTraining& later) const {
    set(prefix + local + "epochs", later.epochs);
    set(prefix + local + "steps", later.steps);
    set(prefix + (local.empty() ? "batch" : "batch-size"), later.batch);
    set(prefix + local + "optimizer", later.optimizer);
    set(prefix + local + "lr", later.lr);
    set(prefix + local + "beta1", later.beta1);
    set(prefix + local + "direction", later.direction);
  }

 private:
  options::OptionTable rows_;
};

void set_first_stage(const Values& values, const Protocol& p) {
  values.set("rounds", p.rounds);
  values.set("clients-per-round", p.clients_per_round);
  values.set("weighting", p.weighting);
  values.set("resample", p.resample);
  values.set("outer-reset", p.outer_reset);
  values.set("episode-samples", p.episode_samples);
  values.set("local-epochs", p.local.epochs);
  values.set("batch-size", p.local.batch);
  values.set("local-steps", p.local.steps);
  values.set("local-lr", p.local_lr);
  values.set("local-optimizer", p.local_optimizer);
  values.set("local-weight-decay", p.local_weight_decay);
  values.set("local-adam", p.local_adam);
  values.set("local-data", p.local_data);
  values.set("local-direction", p.local_direction);
  values.set("server-optimizer", p.server_optimizer);
  values.set("server-momentum", p.server_momentum);
}

void set_meta_learning(const Values& values, const Protocol& p) {
  values.set("inner-epochs", p.inner.epochs);
  values.set("inner-batch", p.inner.batch);
  values.set("inner-lr", p.inner_lr);
  values.set("outer-lr", p.outer_lr);
  values.set("outer-optimizer", p.outer_optimizer);
  values.set("outer-weight-decay", p.outer_weight_decay);
  values.set("first-order", p.first_order);
  values.set("alpha-gradient", std::string(p.flower_alpha ? "flower" : "exact"));
  values.set("alpha-clamp", p.alpha_clamp);
}

}  // namespace

algorithms::Method method_of(const Protocol& p) {
  algorithms::Method method(p.algorithm);
  const Values values(method);
  set_first_stage(values, p);
  set_meta_learning(values, p);
  values.set_later("finetune-", "", p.finetune);
  values.set("stage2-rounds", p.stage2_rounds);
  values.set("stage2-clients-per-round", p.stage2_clients_per_round);
  values.set_later("stage2-", "local-", p.stage2_local);
  values.set("stage2-server-optimizer", p.stage2_server_optimizer);
  values.set("stage2-server-lr", p.stage2_server_lr);
  values.set("stage2-server-momentum", p.stage2_server_momentum);
  values.set_later("personal-", "", p.personal);
  values.set("personal-curve", p.personal_curve);
  values.set("test-steps", p.test_steps);
  values.set("self-steps", p.self_steps);
  values.set("self-curve", p.self_curve);
  return method;
}

std::vector<std::string> names_with_rounds() {
  std::vector<std::string> names;
  for (const auto& algorithm : algorithms::descriptors())
    if (algorithm.course == algorithms::Course::rounds) names.push_back(algorithm.name);
  return names;
}

algorithms::Run make_run(const Protocol& protocol) {
  return method_of(protocol).make_run();
}

std::unique_ptr<algorithms::Algorithm> make_algorithm(const Protocol& protocol) {
  return std::move(make_run(protocol).stages.front().algorithm);
}

}  // namespace fedmeta::test

#include "federate/episode.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <numeric>

namespace fedmeta::federate {
namespace {

class Episodic final : public Algorithm {
 public:
  explicit Episodic(std::unique_ptr<Algorithm> algorithm) : Episodic(*algorithm) {
    owned_ = std::move(algorithm);
    const auto& last = inner_.stage(inner_.rounds());  // no algorithm has more than two stages
    if (&last != &inner_) last_stage_.reset(new Episodic(last));
  }

  std::int64_t rounds() const override { return inner_.rounds(); }
  const Algorithm& stage(std::int64_t round) const override {
    if (&inner_.stage(round) == &inner_) return *this;
    return *last_stage_;
  }

  learn::Contribution contribute(const learn::Engine& engine, const at::Tensor& phi, const learn::Task& task,
                                 Random order) const override {
    const auto episode = cut_episode(task, most(), order);
    return inner_.contribute(engine, phi, episode, order);
  }
  learn::Contribution rederive(const model::Network& network, const at::Tensor& phi, const learn::Task& task,
                               Random order) const override {
    const auto episode = cut_episode(task, most(), order);
    return inner_.rederive(network, phi, episode, order);
  }
  bool keeps_state() const override { return inner_.keeps_state(); }
  learn::Contribution contribute_keeping(ClientState& state, const learn::Engine& engine,
                                         const at::Tensor& phi, const learn::Task& task,
                                         Random order) const override {
    const auto episode = cut_episode(task, most(), order);
    return inner_.contribute_keeping(state, engine, phi, episode, order);
  }
  std::int64_t flops(std::int64_t f, std::int64_t samples, std::int64_t) const override {
    const auto size = episode_size(samples, most());
    return inner_.flops(f, size.samples, size.support);
  }

  at::Tensor initial(const at::Tensor& theta) const override { return inner_.initial(theta); }
  at::Tensor theta(const at::Tensor& phi) const override { return inner_.theta(phi); }
  std::int64_t sent_parameters(std::int64_t p) const override { return inner_.sent_parameters(p); }
  at::Tensor adapt(const learn::Engine& engine, const at::Tensor& phi, const learn::Batch& support,
                   Random order) const override {
    return inner_.adapt(engine, phi, support, order);
  }
  bool adapts() const override { return inner_.adapts(); }
  void follow_adaptation(const learn::Engine& engine, const at::Tensor& phi, const learn::Batch& support,
                         Random order,
                         const std::function<void(std::int64_t, const at::Tensor&)>& after) const override {
    inner_.follow_adaptation(engine, phi, support, order, after);
  }
  std::unique_ptr<learn::Optimizer> server_optimizer() const override { return inner_.server_optimizer(); }
  void constrain(at::Tensor& phi) const override { inner_.constrain(phi); }

 private:
  /// Of a stage, which belongs to the algorithm that has it.
  explicit Episodic(const Algorithm& inner) : Algorithm(inner.protocol()), inner_(inner) {}

  std::int64_t most() const { return protocol().episode_samples; }

  const Algorithm& inner_;
  std::unique_ptr<const Algorithm> owned_;
  std::unique_ptr<const Episodic> last_stage_;
};

}  // namespace

EpisodeSize episode_size(std::int64_t client_samples, std::int64_t most) {
  const auto samples = std::max<std::int64_t>(2, std::min(most, client_samples / 2));
  return {samples, std::clamp<std::int64_t>(samples * 4 / 5, 1, samples - 1)};
}

data::Task cut_episode(const data::Task& task, std::int64_t most, Random& draw) {
  const auto size = episode_size(task.all.rows(), most);
  std::vector<std::int64_t> rows(static_cast<std::size_t>(task.all.rows()));
  std::iota(rows.begin(), rows.end(), 0);
  shuffle(rows, draw);
  rows.resize(static_cast<std::size_t>(size.samples));
  std::sort(rows.begin(), rows.end());
  const auto index = at::tensor(rows, at::kLong).to(task.all.y.device());
  return {{task.all.x.index_select(0, index), task.all.y.index_select(0, index), task.all.dropout},
          size.support};
}

std::unique_ptr<Algorithm> make_episodic(std::unique_ptr<Algorithm> algorithm) {
  return std::make_unique<Episodic>(std::move(algorithm));
}

}  // namespace fedmeta::federate

#include "federate/episode.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <numeric>

namespace fedmeta::federate {
namespace {

class Episodic final : public Algorithm {
 public:
  explicit Episodic(std::unique_ptr<Algorithm> algorithm)
      : Algorithm(algorithm->protocol()), algorithm_(std::move(algorithm)) {}

  learn::Contribution contribute(const learn::Engine& engine, const at::Tensor& phi, const learn::Task& task,
                                 Random order) const override {
    const auto episode = cut_episode(task, most(), order);
    return algorithm_->contribute(engine, phi, episode, order);
  }
  learn::Contribution rederive(const model::Network& network, const at::Tensor& phi, const learn::Task& task,
                               Random order) const override {
    const auto episode = cut_episode(task, most(), order);
    return algorithm_->rederive(network, phi, episode, order);
  }
  std::int64_t flops(std::int64_t f, std::int64_t samples, std::int64_t) const override {
    const auto size = episode_size(samples, most());
    return algorithm_->flops(f, size.samples, size.support);
  }

  at::Tensor initial(const at::Tensor& theta) const override { return algorithm_->initial(theta); }
  at::Tensor theta(const at::Tensor& phi) const override { return algorithm_->theta(phi); }
  std::int64_t sent_parameters(std::int64_t p) const override { return algorithm_->sent_parameters(p); }
  at::Tensor adapt(const learn::Engine& engine, const at::Tensor& phi, const learn::Batch& support,
                   Random order) const override {
    return algorithm_->adapt(engine, phi, support, order);
  }
  bool adapts() const override { return algorithm_->adapts(); }
  std::unique_ptr<learn::Optimizer> server_optimizer() const override {
    return algorithm_->server_optimizer();
  }

 private:
  std::int64_t most() const { return protocol().episode_samples; }

  std::unique_ptr<Algorithm> algorithm_;
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

#include "mpi/small_federation.hpp"

#include <ATen/Parallel.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>

#include "comm/fixed_point.hpp"
#include "cost/executed_flops.hpp"
#include "engine/autograd_engine.hpp"
#include "federate/episode.hpp"
#include "federate/sampling.hpp"
#include "learn/local_training.hpp"
#include "learn/meta_gradient.hpp"
#include "learn/one_client.hpp"

namespace fedmeta::test {
namespace {

constexpr std::int32_t count = 14;
constexpr std::int64_t width = 64;

/// Images whose brightness tells their class; every other client's are bytes.
data::Client make_client(std::int32_t index) {
  Random random(5, "small federation", {static_cast<std::uint64_t>(index)});
  data::Client client{std::to_string(10 + index), {}, {}};
  std::vector<std::uint8_t> bytes;
  std::vector<float> floats;
  const auto samples = 6 + 5 * index % 9;
  for (int i = 0; i < samples; ++i) {
    const auto label = static_cast<std::int32_t>(random.below(3));
    client.labels.push_back(label);
    for (int pixel = 0; pixel < width; ++pixel) {
      const double value = 0.15 + 0.3 * label + random.uniform(0, 0.25);
      bytes.push_back(static_cast<std::uint8_t>(255 * value));
      floats.push_back(static_cast<float>(value));
    }
  }
  if (index % 2)
    client.features = bytes;
  else
    client.features = floats;
  return client;
}

data::Role role_of(std::int32_t index) {
  return index < 9 ? data::Role::train : index < 11 ? data::Role::validation : data::Role::test;
}

std::span<float> values(const at::Tensor& tensor) {
  return {tensor.data_ptr<float>(), static_cast<std::size_t>(tensor.numel())};
}

Random order_of(std::int64_t seed, const char* purpose, std::int64_t round, const std::string& id) {
  return Random(static_cast<std::uint64_t>(seed), purpose, {static_cast<std::uint64_t>(round), hash(id)});
}

bool trains_locally(const std::string& algorithm) {
  return algorithm.starts_with("fedavg") || algorithm == "reptile" || algorithm == "perfedavg";
}

std::unique_ptr<learn::Optimizer> client_optimizer(const Protocol& protocol) {
  const bool sgd = protocol.local_optimizer == algorithms::OptimizerKind::sgd;
  return sgd ? learn::make_sgd(protocol.local_lr) : learn::make_adam(protocol.local_lr);
}

learn::Update update(const SmallFederation& small, const Protocol& protocol, const at::Tensor& phi,
                     const data::Task& task, Random order, learn::OptimizerState& local) {
  const auto& engine = small.engine();
  const auto& name = protocol.algorithm;
  if (name == "fedsgd" || name == "mixed") return learn::fedsgd(engine, phi, task.all);
  if (trains_locally(name)) {
    if (protocol.local_adam == algorithms::ClientAdam::reset) local.clear();
    const auto optimizer = client_optimizer(protocol);
    return learn::fedavg(engine, phi, learn::minibatches(task.all, protocol.local, &order), *optimizer,
                         &local);
  }
  const auto steps = learn::minibatches(task.support(), protocol.inner);
  if (name == "fomaml") return learn::fomaml(engine, phi, protocol.inner_lr, steps, task.query());
  if (name == "maml") return learn::maml(engine, phi, protocol.inner_lr, steps, task.query());
  const auto halves = phi.chunk(2);
  return learn::meta_sgd(engine, halves[0], halves[1], steps, task.query());
}

data::Task divide_anew(const data::Task& task, Random random) {
  std::vector<std::int64_t> order(static_cast<std::size_t>(task.all.rows()));
  std::iota(order.begin(), order.end(), 0);
  shuffle(order, random);
  const auto index = at::tensor(order, at::kLong);
  return {{task.all.x.index_select(0, index), task.all.y.index_select(0, index)}, task.support_rows};
}

at::Tensor weighted_sum(const std::vector<at::Tensor>& terms, const std::vector<double>& weights,
                        bool fixed_point) {
  auto mean = at::zeros_like(terms.front());
  if (!fixed_point) {
    for (std::size_t i = 0; i < terms.size(); ++i) mean += terms[i] * weights[i];
    return mean;
  }
  int exponent = comm::magnitude_exponent(values(terms.front()));
  for (const auto& term : terms) exponent = std::max(exponent, comm::magnitude_exponent(values(term)));
  const comm::FixedPoint fixed(exponent, static_cast<std::int64_t>(terms.size()));
  std::vector<std::int64_t> sum(static_cast<std::size_t>(mean.numel()), 0);
  for (std::size_t i = 0; i < terms.size(); ++i) fixed.add(values(terms[i]), weights[i], sum);
  fixed.restore(sum, values(mean));
  return mean;
}

std::vector<double> sample_shares(const SmallFederation& small, const std::vector<std::int32_t>& clients) {
  std::vector<double> shares;
  for (const auto client : clients) shares.push_back(small.catalogue()[client].samples);
  const double sum = std::accumulate(shares.begin(), shares.end(), 0.0);
  for (auto& share : shares) share /= sum;
  return shares;
}

}  // namespace

std::int64_t rounds_of(const Protocol& protocol) {
  return protocol.rounds + (protocol.algorithm == "perfedavg" ? protocol.stage2_rounds.value() : 0);
}

Protocol protocol_of_round(const Protocol& protocol, std::int64_t round) {
  auto ruling = protocol;
  if (round <= protocol.rounds) return ruling;
  ruling.clients_per_round = protocol.stage2_clients_per_round.value();
  ruling.weighting = algorithms::Weighting::uniform;
  ruling.local = {1, protocol.local.batch, protocol.stage2_local.steps};
  ruling.local_lr = protocol.stage2_local.lr.value();
  return ruling;
}

SmallFederation::SmallFederation(Homes homes)
    : engine_(engine::make_autograd_engine(network_, model::counted_products())) {
  at::set_num_threads(1);  // the bits of a product may depend on the number
  catalogue_.form = {"small", {1, 8, 8}, width, 3};
  catalogue_.source = "generated";
  catalogue_.node_of_rank.assign(static_cast<std::size_t>(world_.size()), 0);
  std::vector<data::Client> hosted;
  for (std::int32_t i = 0; i < count; ++i) {
    clients_.push_back(make_client(i));
    const auto samples = static_cast<std::int32_t>(clients_.back().labels.size());
    const int home = homes == Homes::root ? 0 : i % world_.size();
    catalogue_.clients.push_back({clients_.back().id, role_of(i), samples, std::max(1, samples / 3), home,
                                  i % 2 == 1 ? data::Storage::bytes : data::Storage::floats});
    if (home == world_.rank()) hosted.push_back(clients_.back());
  }
  shard_ = std::make_unique<hosting::Shard>(world_, catalogue_, hosted, at::kCPU);
}

federate::Federation SmallFederation::with(const learn::Engine& engine) const {
  return {world_, catalogue_, *shard_, network_, engine, at::kCPU};
}

data::Task SmallFederation::task(std::int32_t client) const {
  const auto& samples = clients_[static_cast<std::size_t>(client)];
  const auto rows = static_cast<std::int64_t>(samples.labels.size());
  const auto x = at::tensor(data::to_floats(samples.features), at::kFloat).reshape({rows, width});
  return {{x, at::tensor(samples.labels, at::kInt).to(at::kLong)}, catalogue_[client].support};
}

Protocol small_protocol(const std::string& algorithm) {
  Protocol protocol;
  protocol.algorithm = algorithm;
  protocol.rounds = 3;
  protocol.clients_per_round = 5;
  protocol.weighting = algorithms::Weighting::samples;
  protocol.local = {2, 4, 0};
  protocol.local_lr = 0.01;
  protocol.inner_lr = 0.1;
  protocol.inner = {2, 2, 0};
  protocol.outer_lr = 0.02;
  if (algorithm == "reptile") protocol.local = {1, 4, 3};
  if (algorithm == "perfedavg") {
    protocol.rounds = 2;
    protocol.stage2_rounds = 1;
    protocol.stage2_clients_per_round = 4;
    protocol.stage2_local.steps = 2;
    protocol.stage2_local.lr = 0.005;
    protocol.stage2_server_lr = 0.002;
  }
  return protocol;
}

void Rows::on_round(const cost::RoundRow& row) {
  rounds.push_back(row);
  if (next_) next_->on_round(row);
}

void Rows::on_evaluation(const std::vector<federate::ViewEvaluation>& evaluations) {
  for (std::size_t v = 0; v < views.size(); ++v) {
    const auto& found = evaluations.at(v);
    auto& [rows, clients, target, curve, self_curve] = views[v];
    rows.insert(rows.end(), found.rows.begin(), found.rows.end());
    if (found.target) {
      EXPECT_FALSE(target) << "the target is reached for the first time once";
      target = found.target;
    }
    clients.insert(clients.end(), found.clients.begin(), found.clients.end());
    curve.insert(curve.end(), found.curve.begin(), found.curve.end());
    self_curve.insert(self_curve.end(), found.self_curve.begin(), found.self_curve.end());
  }
  if (next_) next_->on_evaluation(evaluations);
}

Trained train(const federate::Federation& federation, const Protocol& protocol, const federate::RunPlan& plan,
              federate::Validity& validity, std::vector<federate::View> views, federate::Observer* observer,
              const federate::Start& start) {
  const algorithms::Run run = test::make_run(protocol);
  if (views.empty()) views.push_back({protocol.algorithm, run.last().adapts()});
  Rows rows(views.size(), observer);
  federate::Training training(federation, run, std::move(views), plan, start);
  auto outcome = training.run(&rows, validity);
  return {std::move(outcome), std::move(rows.rounds), std::move(rows.views)};
}

std::string faults(const federate::Validity& validity) {
  std::string lines;
  for (const auto& reason : validity.reasons())
    if (reason.find("the phases' seconds") == std::string::npos) lines += reason + '\n';
  return lines;
}

SerialTraining train_serially(const SmallFederation& small, const Protocol& protocol, std::int64_t seed,
                              bool fixed_point) {
  const auto& name = protocol.algorithm;
  auto phi = model::initial_parameters(small.network().layout(), model::Initialisation::tf,
                                       static_cast<std::uint64_t>(seed));
  if (name == "meta-sgd") phi = at::cat({phi, at::full_like(phi, protocol.inner_lr)});
  auto server = trains_locally(name) ? learn::make_sgd(1) : learn::make_adam(protocol.outer_lr);
  const auto candidates = small.catalogue().with_role(data::Role::train);
  learn::OptimizerState server_state;
  std::map<std::int32_t, learn::OptimizerState> local;
  SerialTraining result;
  for (std::int64_t number = 1; number <= rounds_of(protocol); ++number) {
    if (protocol.outer_reset || number == protocol.rounds + 1) server_state.clear();
    if (number == protocol.rounds + 1) server = learn::make_adam(protocol.stage2_server_lr);
    const auto ruling = protocol_of_round(protocol, number);
    SerialRound round;
    round.clients = federate::sample_clients(candidates, ruling.clients_per_round, seed, number);
    const auto shares =
        ruling.weighting == algorithms::Weighting::uniform
            ? std::vector<double>(round.clients.size(), 1.0 / static_cast<double>(round.clients.size()))
            : sample_shares(small, round.clients);
    const auto before = cost::executed_flops();
    std::vector<at::Tensor> directions;
    for (std::size_t i = 0; i < round.clients.size(); ++i) {
      const auto client = round.clients[i];
      const auto& id = small.catalogue()[client].id;
      auto task = small.task(client);
      if (protocol.resample) task = divide_anew(task, order_of(seed, "division of a round", number, id));
      auto order = order_of(seed, "batch order", number, id);
      if (protocol.episode_samples > 0) task = federate::cut_episode(task, protocol.episode_samples, order);
      const auto [direction, loss] = update(small, ruling, phi, task, order, local[client]);
      directions.push_back(direction);
      round.loss += shares[i] * loss.item<double>();
    }
    round.flops_executed = cost::executed_flops() - before;
    server->step(phi, weighted_sum(directions, shares, fixed_point), server_state);
    result.rounds.push_back(round);
  }
  result.phi = phi;
  return result;
}

at::Tensor adapt_serially(const SmallFederation& small, const Protocol& protocol, const at::Tensor& phi,
                          std::int32_t client, std::int64_t seed, std::int64_t round) {
  const auto& name = protocol.algorithm;
  const auto support = small.task(client).support();
  if (name == "fedsgd" || name == "fedavg") return phi;
  if (trains_locally(name) || name == "mixed") {
    auto order = order_of(seed, "adaptation order", round, small.catalogue()[client].id);
    const auto optimizer = client_optimizer(protocol);
    const std::int64_t epochs = name == "perfedavg" ? protocol.personal.epochs : 1;
    const auto batches = learn::minibatches(support, {epochs, protocol.local.batch, 0}, &order);
    return learn::train_locally(small.engine(), phi, batches, *optimizer).direction;
  }
  const auto steps = learn::minibatches(support, protocol.inner);
  if (name != "meta-sgd")
    return learn::adapt(small.engine(), phi, learn::InnerRate(protocol.inner_lr), steps);
  const auto halves = phi.chunk(2);
  return learn::adapt(small.engine(), halves[0], learn::InnerRate(halves[1]), steps);
}

}  // namespace fedmeta::test

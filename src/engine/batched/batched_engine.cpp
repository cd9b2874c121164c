#include "engine/batched/batched_engine.hpp"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include "cost/work_done.hpp"
#include "device/cuda.hpp"
#include "device/replays.hpp"
#include "engine/batched/cnn_inner_loop.hpp"
#include "engine/batched/pass.hpp"
#include "engine/batched/portions.hpp"

namespace fedmeta::engine {
namespace {

using namespace batched;
using Tensors = device::Replays::Tensors;

constexpr std::size_t thetas_input = 0;  ///< of all work

struct Plan {
  const model::Network& network;
  std::unique_ptr<Passes> passes;
  Portions portions;
  std::unique_ptr<device::Replays> replays;

  const model::ParameterLayout& layout() const { return network.layout(); }
  model::Weights weights(const at::Tensor& thetas) const { return views(layout(), thetas); }
};

/// The clients of a portion among those of the group.
class Members {
 public:
  Members(const std::vector<std::size_t>& clients, std::size_t group, at::Device device)
      : count_(std::ssize(clients)) {
    if (clients.size() == group) return;
    const std::vector<std::int64_t> index(clients.begin(), clients.end());
    index_ = device::sent_to(device, at::tensor(index));
  }

  /// Their rows of [P], which all share, or of [group, P].
  at::Tensor pick(const at::Tensor& of_group) const {
    if (of_group.dim() == 1) return of_group.expand({count_, of_group.size(0)});
    return index_.defined() ? of_group.index_select(0, index_) : of_group;
  }
  /// Adds to their rows; an undefined sum is zero. May keep `part`.
  void add_to(at::Tensor& sum, const at::Tensor& part, std::size_t group) const {
    if (!sum.defined() && !index_.defined()) {
      sum = part;
      return;
    }
    if (!sum.defined()) {
      auto shape = part.sizes().vec();
      shape[0] = static_cast<std::int64_t>(group);
      sum = at::zeros(shape, part.options());
    }
    if (index_.defined())
      sum.index_add_(0, index_, part);
    else
      sum.add_(part);
  }

 private:
  std::int64_t count_;
  at::Tensor index_;
};

/// A portion's rows there and back.
struct Passed {
  Passed(const Plan& plan, const at::Tensor& thetas, GroupBatch rows)
      : batch(std::move(rows)),
        pass(plan.passes->forward(plan.weights(thetas), batch.x)),
        losses(pass->scores(), batch) {
    pass->go_back(losses.gradient());
  }

  at::Tensor gradient(const Plan& plan) const {
    Sums g(plan.layout(), batch.x.size(0), losses.values().options());
    pass->add_gradient(g);
    return g.values();
  }
  at::Tensor hessian_product(const Plan& plan, const at::Tensor& v) const {
    Sums h(plan.layout(), batch.x.size(0), losses.values().options());
    pass->add_hessian_product(plan.weights(v), losses, h);
    return h.values();
  }

  GroupBatch batch;
  std::unique_ptr<Pass> pass;
  SoftmaxLosses losses;
};

/// Goes through the portions of the batches. Keeps the pass of a small batch, unless work is recorded:
/// recordings overwrite what others have left.
class BatchedLoss final : public learn::GroupLoss {
 public:
  BatchedLoss(const Plan& plan, const at::Tensor& thetas, const learn::Batches& batches)
      : plan_(plan), thetas_(thetas), batches_(batches) {}

  learn::Gradients gradients() override { return gradients(Results::own); }
  learn::PassingGradients passing_gradients() override {
    auto g = gradients(Results::passing);
    return {{g.values, {}}, g.losses};
  }

  learn::HessianProducts hessian_products(const at::Tensor& v, bool with_gradients) override {
    const at::NoGradGuard plain;
    at::Tensor g, h;
    for (const auto& portion : plan_.portions.split(batches_, thetas_.options())) {
      const auto members = members_of(portion);
      const auto made =
          derivatives(with_gradients ? "product and gradient" : "product", portion, members, v, Results::own,
                      [with_gradients](const Plan& plan, const Passed& passed, const at::Tensor& along) {
                        Tensors derivatives{passed.hessian_product(plan, along)};
                        if (with_gradients) derivatives.push_back(passed.gradient(plan));
                        return derivatives;
                      });
      cost::count_work({.hessian_rows = portion.rows()});
      members.add_to(h, made[0], batches_.size());
      if (with_gradients) members.add_to(g, made[1], batches_.size());
    }
    return {g, h};
  }

 private:
  using Results = device::Replays::Results;

  learn::Gradients gradients(Results results) {
    const at::NoGradGuard plain;
    const auto portions = plan_.portions.split(batches_, thetas_.options());
    if (portions.size() > 1) results = Results::own;
    at::Tensor g, losses;
    for (const auto& portion : portions) {
      const auto members = members_of(portion);
      const auto made = derivatives("gradient", portion, members, {}, results,
                                    [](const Plan& plan, const Passed& passed, const at::Tensor&) {
                                      return Tensors{passed.gradient(plan), passed.losses.values()};
                                    });
      cost::count_work({.gradient_rows = portion.rows()});
      members.add_to(g, made[0], batches_.size());
      members.add_to(losses, made[1], batches_.size());
    }
    return {g, losses};
  }

  Members members_of(const Portion& portion) const {
    return {portion.clients, batches_.size(), thetas_.device()};
  }

  /// What `derive` makes of the portion's pass, along v if there is one.
  template <class Derive>
  Tensors derivatives(const char* name, const Portion& portion, const Members& members, const at::Tensor& v,
                      Results results, Derive derive) {
    const auto along = v.defined() ? members.pick(v) : v;
    if (kept_) return derive(plan_, *kept_, along);
    const auto rows = gather({portion}, thetas_.options());
    const auto work = [&plan = plan_, places = rows.places, derive](const Tensors& in) {
      const Passed passed(plan, in[0], GroupRows{in[2], in[3], in[4], places}.portion(0));
      return derive(plan, passed, in[1]);
    };
    const Tensors inputs{members.pick(thetas_), along, rows.x, rows.labels, rows.share};
    if (plan_.replays->records()) return plan_.replays->run(name, inputs, work, results);
    auto passed = std::make_unique<const Passed>(plan_, inputs[0], rows.portion(0));
    auto made = derive(plan_, *passed, along);
    const bool whole = portion.begin == 0 && portion.end == most_rows(batches_);
    if (whole && plan_.portions.are_worth_keeping(portion.end)) kept_ = std::move(passed);
    return made;
  }

  const Plan& plan_;
  const at::Tensor thetas_;
  const learn::Batches batches_;
  std::unique_ptr<const Passed> kept_;
};

class BatchedEngine final : public learn::Engine {
 public:
  explicit BatchedEngine(Plan plan)
      : plan_(std::move(plan)), inner_loop_(cnn_inner_loop(plan_.network, plan_.portions, *plan_.replays)) {}

  std::int64_t group_limit() const override { return 256; }
  std::int64_t work_bytes(std::int64_t clients, std::int64_t rows) const override {
    const auto& portions = plan_.portions;
    const auto at_once = std::min(portions.padded(rows), portions.rows(clients, at::kFloat));
    return at_once * clients * portions.numbers_in_work * static_cast<std::int64_t>(sizeof(float));
  }
  at::Tensor working_copy(const at::Tensor& thetas) const override {
    return plan_.replays->own_copy(thetas_input, thetas);
  }
  const learn::FusedInnerLoop* fused() const override { return inner_loop_.get(); }
  std::unique_ptr<learn::GroupLoss> loss(const at::Tensor& thetas,
                                         const learn::Batches& batches) const override {
    return std::make_unique<BatchedLoss>(plan_, thetas, batches);
  }

  std::vector<at::Tensor> scores(const at::Tensor& thetas, const learn::Batches& batches) const override {
    const at::NoGradGuard plain;
    std::vector<std::vector<at::Tensor>> parts(batches.size());
    for (const auto& portion : plan_.portions.split(batches, thetas.options())) {
      const Members members(portion.clients, batches.size(), thetas.device());
      const auto rows = gather({portion}, thetas.options());
      const auto work = [&plan = plan_, places = rows.places](const Tensors& in) {
        const GroupRows all{in[1], in[2], in[2], places};
        return Tensors{plan.passes->forward(plan.weights(in[0]), all.portion(0).x)->scores()};
      };
      const auto made = plan_.replays->run("scores", {members.pick(thetas), rows.x, rows.labels}, work);
      for (std::size_t i = 0; i < portion.clients.size(); ++i)
        if (const auto count = portion.rows_of(portion.clients[i]); count > 0)
          parts[portion.clients[i]].push_back(
              made[0].select(0, static_cast<std::int64_t>(i)).narrow(0, 0, count));
    }
    std::vector<at::Tensor> scores(batches.size());
    for (std::size_t i = 0; i < parts.size(); ++i)
      if (!parts[i].empty()) scores[i] = parts[i].size() == 1 ? parts[i].front() : at::cat(parts[i]);
    return scores;
  }

 private:
  const Plan plan_;
  const std::unique_ptr<learn::FusedInnerLoop> inner_loop_;
};

std::unique_ptr<Passes> passes_for(const model::Network& network) {
  if (network.has_dropout()) return {};
  for (const auto offer : {dense_passes, cnn_passes, lstm_passes})
    if (auto passes = offer(network)) return passes;
  return {};
}

/// On a GPU more rows at once, since a pass over few takes as long; an eighth of its memory at most.
std::int64_t portion_bytes_on(at::Device device) {
  const auto free = device::free_memory(device);
  return free ? std::min(*free / 8, 4 * default_portion_bytes) : default_portion_bytes;
}

}  // namespace

std::unique_ptr<learn::Engine> make_batched_engine(const model::Network& network, BatchedOptions options) {
  auto passes = passes_for(network);
  if (!passes) return {};
  const Portions portions{options.portion_bytes, passes->numbers_in_work(), passes->numbers_kept(),
                          network.layout().size(), options.rounded};
  return std::make_unique<BatchedEngine>(Plan{
      network, std::move(passes), portions, std::make_unique<device::Replays>(std::move(options.recorder))});
}

std::unique_ptr<learn::Engine> offer_batched_engine(const model::Network& network, at::Device device,
                                                    const EngineChoice& choice) {
  if (choice.precision == model::Precision::bf16) return {};
  BatchedOptions options{.portion_bytes = portion_bytes_on(device), .rounded = device.is_cuda()};
  if (device.is_cuda() && choice.cuda_graphs) options.recorder = device::make_recorder();
  return make_batched_engine(network, std::move(options));
}

}  // namespace fedmeta::engine

// What settings are possible together, and what later versions will bring.

#include <algorithm>
#include <optional>
#include <set>
#include <stdexcept>

#include "base/error.hpp"
#include "data/registry.hpp"
#include "federate/baseline.hpp"
#include "model/precision.hpp"
#include "settings/options.hpp"

namespace fedmeta::settings {
namespace {

void refuse(bool condition, const std::string& what, const std::string& where, const std::string& remedy) {
  if (condition) throw Error(Status::usage, what, where, remedy);
}

void refuse_unsupported(const Settings& s) {
  const std::string later = "this version does not support it yet";
  refuse(s.checkpoint_every != 0, later, "--checkpoint-every", "leave it out");
  refuse(s.resume, later, "--resume", "leave it out");
}

/// "use --dataset A or B", those whose samples are records of uses.
std::string use_records_of_uses() {
  std::vector<std::string> names;
  for (const auto& dataset : data::datasets())
    if (dataset.counts_uses) names.push_back(dataset.name);
  return "use --dataset " + data::either_of(names);
}

/// Methods of the production task's table; mru goes by the order of time.
void refuse_elsewhere(const Settings& s) {
  const bool counts_uses = data::dataset_named(s.source.dataset).counts_uses;
  for (const auto& name : s.algorithms) {
    refuse(!counts_uses && federate::is_of_production(name), "this method is one of the production task",
           "--algorithms " + name, use_records_of_uses() + ", or leave it out");
    refuse(name == "mru" && s.division != "recent" && s.division != "chronological",
           "this method needs the order of time", "--algorithms mru with --division " + s.division,
           "use --division recent or chronological, or leave mru out");
  }
}

}  // namespace

void check_settings(const Settings& s) {
  refuse_unsupported(s);
  refuse(s.algorithms.empty(), "no algorithm", "--algorithms", "name at least one");
  refuse_elsewhere(s);
  refuse(s.data.empty() && !data::dataset_named(s.source.dataset).stand_in, "this data set has no stand-in",
         "--dataset " + s.source.dataset, "give --data PATH");
  const std::set<std::int64_t> distinct(s.seeds.begin(), s.seeds.end());
  refuse(distinct.size() != s.seeds.size(), "a seed is named twice", "--seeds", "name each once");
  for (const auto& p : s.protocols) {
    const bool plain =
        p.server_optimizer == algorithms::ServerStep::average && p.server_lr == 1 && p.server_momentum == 0;
    refuse(p.server_optimizer == algorithms::ServerStep::average && !plain,
           "plain averaging has no rate and no momentum", "--server-optimizer average",
           "use --server-optimizer sgd");
    refuse(p.server_optimizer == algorithms::ServerStep::adam && p.server_momentum != 0,
           "this momentum is that of sgd", "--server-momentum",
           "use --server-optimizer sgd, or leave it out");
    refuse(p.stage2_server_optimizer != algorithms::ServerStep::sgd && p.stage2_server_momentum != 0,
           "this momentum is that of sgd", "--stage2-server-momentum",
           "use --stage2-server-optimizer sgd, or leave it out");
    refuse(p.local_beta1 == 1 || p.stage2_local.beta1.value_or(0) >= 1, "Adam's mean must take in gradients",
           p.local_beta1 == 1 ? "--local-beta1 1" : "--stage2-local-beta1", "use a number below 1");
  }
  refuse(s.seeds.empty(), "no seed", "--seeds", "give at least one");
  refuse(s.support_fraction <= 0 || s.support_fraction >= 1, "a support set and a query set need samples",
         "--support-fraction " + std::to_string(s.support_fraction), "use a number between 0 and 1");
  refuse(s.filters.max_samples > 0 && s.filters.max_samples < s.filters.min_samples,
         "no client can have so many samples", "--max-samples " + std::to_string(s.filters.max_samples),
         "use at least --min-samples");
  for (const auto& protocol : s.protocols)
    refuse(s.reduction == "reproducible" && protocol.clients_per_round > 4096,
           "a reproducible sum takes at most 4096 clients",
           "--clients-per-round " + std::to_string(protocol.clients_per_round),
           "use fewer or --reduction native");
}

namespace {

/// The small term makes up for rounding where whole numbers are wanted.
void scale_value(std::int64_t& value, double scale, std::int64_t least) {
  if (value > 0)
    value = std::max(least, static_cast<std::int64_t>(static_cast<double>(value) * scale + 1e-9));
}
void scale_value(double& value, double scale, std::int64_t least) {
  if (value > 0) value = std::max(static_cast<double>(least), value * scale);
}
void scale_value(std::optional<std::int64_t>& value, double scale, std::int64_t least) {
  if (value) scale_value(*value, scale, least);
}
template <class Other>
void scale_value(Other&, double, std::int64_t) {
  throw std::logic_error("only numbers can be scaled");
}

/// Of a protocol where `algorithm` is named.
void scale_values(const OptionTable& table, const Settings& s, const std::string& algorithm = "") {
  for_each(table, [&](const OptionRow& row) {
    if (!row.least_scaled || s.given.contains(row.name) || s.given.contains(algorithm + "." + row.name))
      return;
    std::visit([&](const auto& value) { scale_value(*value, s.scale, *row.least_scaled); }, row.value);
  });
}

}  // namespace

Settings scaled(Settings s) {
  if (s.scale >= 1) return s;
  for (auto& protocol : s.protocols) scale_values(hyperparameters(protocol), s, protocol.algorithm);
  scale_value(s.source.generated.min_samples, s.scale,
              2);  // which bounds generated-samples, but is no option
  scale_values(all_options(s), s);
  return s;
}

hosting::DataPlan data_plan(const Settings& s) {
  hosting::DataPlan plan;
  plan.path = s.data;
  plan.dataset = s.source;
  plan.dataset.seed = static_cast<std::uint64_t>(s.data_seed);
  plan.dataset.unified = s.model == "nn-unified";
  plan.dataset.path = s.data;
  plan.roles = s.roles;
  plan.roles.sorted = s.client_split == "sorted";
  plan.filters = s.filters;
  // A client of one sample cannot be divided.
  if (plan.filters.min_samples == 1) plan.filters.min_samples = 2;
  plan.support_fraction = s.support_fraction;
  plan.division = s.division == "stratified"      ? data::Division::stratified
                  : s.division == "chronological" ? data::Division::chronological
                  : s.division == "recent"        ? data::Division::recent
                                                  : data::Division::random;
  // Stand-ins are made smaller, but for those that have sizes of their own.
  const auto& stand_in = data::dataset_named(s.source.dataset).stand_in;
  plan.sample_share = s.data.empty() && !(stand_in && stand_in->own_samples) ? 1 : s.scale;
  plan.allow_partial = s.allow_partial;
  return plan;
}

algorithms::RunPlan run_plan(const Settings& s, std::int64_t seed) {
  return {.seed = seed,
          .eval_every = s.eval_every,
          .eval_on = s.eval_on,
          .eval_clients = s.eval_clients,
          .target_accuracy = s.target_accuracy,
          .reproducible = s.reduction == "reproducible",
          .top4 = data::dataset_named(s.source.dataset).top4,
          .balanced = s.placement == "balanced",
          .precision = model::precision_named(s.precision)};
}

}  // namespace fedmeta::settings

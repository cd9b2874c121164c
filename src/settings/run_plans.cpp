// Translates the settings into plans for loading and for a run.

#include "data/registry.hpp"
#include "model/descriptors.hpp"
#include "model/precision.hpp"
#include "settings/settings.hpp"

namespace fedmeta::settings {

hosting::DataPlan data_plan(const Settings& s) {
  hosting::DataPlan plan;
  plan.path = s.data;
  plan.dataset = s.source;
  plan.dataset.seed = static_cast<std::uint64_t>(s.data_seed);
  plan.dataset.unified = model::network_descriptor(model_name(s)).unified;
  plan.dataset.path = s.data;
  plan.roles = s.roles;
  plan.roles.sorted = s.client_split == "sorted";
  plan.filters = s.filters;
  // A client with one sample cannot be divided.
  if (plan.filters.min_samples == 1) plan.filters.min_samples = 2;
  plan.support_fraction = s.support_fraction;
  plan.division = s.division == "stratified"      ? data::Division::stratified
                  : s.division == "chronological" ? data::Division::chronological
                  : s.division == "recent"        ? data::Division::recent
                                                  : data::Division::random;
  // --scale makes stand-ins smaller when they are generated, except those with their own sizes, which it
  // samples like real data.
  const auto& stand_in = data::dataset_named(s.source.dataset).stand_in;
  plan.sample_share = s.data.empty() && !(stand_in && stand_in->own_samples) ? 1 : s.scale;
  plan.allow_partial = s.allow_partial;
  return plan;
}

federate::RunPlan run_plan(const Settings& s, std::int64_t seed) {
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

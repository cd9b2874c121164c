// Presets: what a source fixes, and what our own comparisons use.

#include "app/nearest.hpp"
#include "app/settings.hpp"
#include "base/error.hpp"

namespace fedmeta::app {
namespace {

/// Chen et al. 2018, section 4.1 and appendix A.2 (REFERENCE 8.1), batch size and inner passes after A4, A9.
Settings paper_femnist() {
  Settings s;
  s.profile = "paper";
  s.protocol.rounds = 2000;
  s.protocol.clients_per_round = 4;
  s.protocol.local = {1, 10, 0};
  s.protocol.local_lr = 1e-4;
  s.protocol.inner = {1, 10, 0};
  s.protocol.inner_lr = 1e-3;
  s.protocol.outer_lr = 1e-4;
  return s;
}

/// The protocol of `paper` with learning rates chosen on validation clients, each method's own: docs/tuning.md.
Settings tuned_femnist() {
  Settings s = paper_femnist();
  s.profile = "tuned";
  s.protocol.local_lr = 1e-3;
  s.protocol.inner_lr = 5e-3;
  s.protocol.outer_lr = 1e-3;
  s.set = {"meta-sgd.inner-lr=0.01"};
  return s;
}

/// `tuned` on fewer and smaller generated clients, for fewer rounds, evaluated every round.
Settings quick_femnist() {
  Settings s = tuned_femnist();
  s.profile = "quick";
  s.protocol.rounds = 40;
  s.eval_every = 1;
  s.generated = {60, 60, 20, 10};
  return s;
}

/// Algorithm 1 to the letter: one full-batch inner step, uniform mean, plain gradient steps at the server.
Settings algorithm1_femnist() {
  Settings s = paper_femnist();
  s.profile = "algorithm1";
  s.protocol.inner = {1, 0, 0};
  s.protocol.weighting = "uniform";
  s.protocol.outer_optimizer = "sgd";
  return s;
}

}  // namespace

Settings profile_settings(const std::string& profile, const std::string& dataset) {
  if (dataset != "femnist")
    throw Error(Status::usage, "this data set is not supported yet", "--dataset " + dataset, "use femnist");
  if (profile == "quick") return quick_femnist();
  if (profile == "tuned") return tuned_femnist();
  if (profile == "paper") return paper_femnist();
  if (profile == "algorithm1") return algorithm1_femnist();
  if (profile == "flower" || profile == "fedlab" || profile == "jiang")
    throw Error(Status::usage, "this profile is not supported yet", "--profile " + profile,
                "use quick, tuned, paper or algorithm1");
  const std::vector<std::string> known{"quick", "tuned", "paper", "algorithm1", "flower", "fedlab", "jiang"};
  throw Error(Status::usage, "unknown profile", "--profile " + profile, did_you_mean(profile, known));
}

}  // namespace fedmeta::app

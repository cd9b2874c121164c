// Rows of the options that several algorithms share, and lines about their values.
#pragma once

#include <string>

#include "algorithms/options.hpp"
#include "options/option_table.hpp"

namespace fedmeta::algorithms {

using options::OptionGroup;
using options::OptionTable;

/// The shared groups without rows, in the order of --help.
OptionTable shared_groups();

/// Rounds, cohorts, weights. `resample`: whether the division of a client matters in training.
OptionGroup training_group(RoundOptions& rounds, bool resample = true);

/// Local training and the server's step after it.
OptionGroup local_group(LocalTraining& local, ServerOptions& server);
/// Of local training only what adapting by it reads.
OptionGroup local_adaptation_group(LocalTraining& local);
/// Only the optimiser and its rate.
OptionGroup local_optimizer_group(LocalTraining& local);

OptionGroup meta_group(InnerLoop& inner, OuterStep& outer);
/// The outer step alone.
OptionGroup outer_group(OuterStep& outer);

/// How a new client's support set is trained on before it is tested, in the group of this title:
/// PREFIX-epochs and so on.
OptionGroup adaptation_group(const std::string& title, const std::string& prefix, LaterTraining& later);
/// That of fedavg-meta and its kin.
OptionGroup finetuning_group(LaterTraining& finetune);

OptionGroup production_group(RoundOptions& rounds);
OptionGroup production_group(RoundOptions& rounds, std::int64_t& test_steps);

/// "5 epochs" or "1 step".
std::string amount_text(std::int64_t steps, std::int64_t epochs);
/// "1 epoch x 10".
std::string passes_text(const learn::Passes& passes);
/// "client adam 0.001, 1 epoch x 10; server average".
std::string local_text(const LocalTraining& local, const ServerOptions& server);
/// "adam 0.001".
std::string outer_text(const OuterStep& outer);

/// Throws Error(usage) where a server's rate or momentum would be read in silence. `prefix` begins the
/// options' names: "" or "stage2-".
void check_server(const ServerOptions& server, const std::string& prefix);
/// The same of Adam's decay, the value of --NAME.
void check_beta1(double beta1, const std::string& name);

}  // namespace fedmeta::algorithms

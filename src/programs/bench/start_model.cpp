#include "programs/bench/start_model.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <set>
#include <span>

#include "algorithms/descriptor.hpp"
#include "base/error.hpp"
#include "base/input_file.hpp"
#include "base/joined.hpp"
#include "base/terminal_text.hpp"
#include "base/text.hpp"
#include "command_line/nearest.hpp"
#include "record/file_seal.hpp"
#include "record/fingerprint.hpp"

namespace fedmeta::programs {
namespace {

constexpr const char* rounds_name = "start_rounds";
constexpr const char* sum_name = "start_sum";

/// Runs `read`. What is wrong with a file of another run is bad input of this one.
template <class Read>
auto as_input(const Read& read) {
  try {
    return read();
  } catch (const Error& error) {
    if (error.status() != Status::own_file) throw;
    throw Error(Status::input, error.what());
  }
}

/// Only a file with a seal is read: it is the one that was written, and cannot crash the HDF5 library.
record::Results read_complete(const std::string& file) {
  check_regular_file(file, Status::input, "give a results file written with --save-model");
  if (!record::has_seal(file))
    throw Error(Status::input, "this is no complete results file, or it was changed", file,
                "give a results file that fedmeta_bench completed, written with --save-model");
  return as_input([&] { return record::read_results(file); });
}

const record::AttributeValue* find(const record::RunHeader& header, const std::string& name) {
  for (const auto& attribute : header.hyperparameters)
    if (attribute.first == name) return &attribute.second;
  return nullptr;
}

std::int64_t rounds_of(const record::Run& run) {
  const auto* before = find(run.header, rounds_name);
  const auto* number = before ? std::get_if<std::int64_t>(before) : nullptr;
  return std::ssize(run.rounds) + (number ? *number : 0);
}

/// Returns the blocks of a layout's JSON: `conv1.weight [32, 1, 5, 5]`, ...
std::vector<std::string> blocks_of(const std::string& json) {
  std::vector<std::string> blocks;
  for (auto begin = json.find("[\""); begin != std::string::npos; begin = json.find("[\"", begin)) {
    const auto end = std::min(json.find(']', begin), json.size());
    auto block = json.substr(begin + 2, end - begin - 1);
    if (const auto quote = block.find("\","); quote != std::string::npos) block.erase(quote, 2);
    blocks.push_back(block);
    begin = end;
  }
  return blocks;
}

/// Returns where two layouts differ first: "fc.weight [62, 784] in place of conv1.weight [32, 1, 5, 5]".
std::string difference(const std::string& theirs, const std::string& ours) {
  const auto a = blocks_of(theirs), b = blocks_of(ours);
  std::size_t i = 0;
  while (i < a.size() && i < b.size() && a[i] == b[i]) ++i;
  const auto at = [i](const auto& blocks) { return i < blocks.size() ? blocks[i] : std::string("nothing"); };
  return at(a) + " in place of " + at(b);
}

std::string sum_of(const record::Model& model) {
  const auto sum = record::fingerprint(model);
  return hexadecimal(static_cast<unsigned>(sum >> 32), 8) + hexadecimal(static_cast<unsigned>(sum), 8);
}

std::vector<float> joined_parameters(const record::Model& model) {
  auto all = model.theta;
  all.insert(all.end(), model.alpha.begin(), model.alpha.end());
  return all;
}

/// Collective. Returns the root's values on all ranks.
at::Tensor broadcast(const comm::Communicator& world, const std::vector<float>& values) {
  const auto length = world.all_gather(static_cast<std::int64_t>(values.size())).front();
  auto all = at::empty({length}, at::kFloat);
  std::ranges::copy(values, all.data_ptr<float>());
  world.broadcast({all.data_ptr<float>(), static_cast<std::size_t>(length)});
  return all;
}

}  // namespace

StartModel::StartModel(const comm::Communicator& world, const settings::Settings& settings)
    : world_(world), settings_(settings), from_(settings::start_from(settings)) {
  if (!from_) return;
  comm::agree(world, [&] {
    if (world.root()) open();
  });
}

const record::Run& StartModel::run_for(const std::vector<record::Run>& runs, std::int64_t seed) const {
  const auto where = "--start-from " + settings_.start_from;
  std::set<std::string> algorithms;
  std::vector<const record::Run*> found;
  for (const auto& run : runs) {
    algorithms.insert(run.header.algorithm);
    if (run.header.algorithm == from_->algorithm) found.push_back(&run);
  }
  if (found.empty())
    throw Error(Status::usage, "the file has no run of " + from_->algorithm, where,
                command_line::did_you_mean(from_->algorithm, {algorithms.begin(), algorithms.end()}));
  const auto wanted = from_->seed.value_or(seed);
  for (const auto* run : found)
    if (run->header.seed == wanted) return *run;
  if (!from_->seed && found.size() == 1) return *found.front();
  std::vector<std::string> seeds;
  for (const auto* run : found) seeds.push_back(std::to_string(run->header.seed));
  throw Error(
      Status::usage, "the file has no seed " + std::to_string(wanted) + " of " + from_->algorithm, where,
      "name one as in " + from_->algorithm + "/seed" + seeds.front() + ": it has " + joined(seeds, ", "));
}

void StartModel::open() {
  const auto results = read_complete(from_->file);
  file_ = record::h5::open_file(from_->file);
  for (const auto seed : settings_.seeds) {
    const auto& run = run_for(results.runs, seed);
    const auto* known = algorithms::find_descriptor(run.header.algorithm);
    if (known && known->course != algorithms::Course::rounds)
      throw Error(Status::usage, run.header.algorithm + " has no model that all clients share",
                  "--start-from " + settings_.start_from, "start from a method that trains in rounds");
    const auto form = as_input([&] { return record::read_model_form(file_, run.header); });
    if (!form)
      throw Error(Status::input,
                  "there is no model of " + run.header.algorithm + " seed " + std::to_string(run.header.seed),
                  from_->file, "run it with --save-model");
    of_seed_[seed] = {run.header, rounds_of(run), *form};
  }
}

void StartModel::check(const model::Network& network) const {
  if (!from_) return;
  comm::agree(world_, [&] {
    const auto ours = network.layout().json();
    for (const auto& [seed, source] : of_seed_)
      if (source.form.layout != ours)
        throw Error(Status::usage, "the model is of another network: " + difference(source.form.layout, ours),
                    "--start-from " + settings_.start_from,
                    "choose the --model and the data set that it was trained with");
  });
}

record::Model StartModel::read(const Source& source, const model::Network& network) const {
  auto model = as_input([&] { return record::read_model(file_, source.run).value(); });
  const auto length = static_cast<std::size_t>(network.layout().size());
  if (model.theta.size() != length || (!model.alpha.empty() && model.alpha.size() != length))
    throw Error(Status::input, "the model has not as many parameters as its layout says", from_->file,
                "give another file");
  return model;
}

StartingPoint StartModel::of(std::int64_t seed, const model::Network& network) const {
  StartingPoint point;
  point.start.initialisation =
      settings_.init == "tf" ? model::Initialisation::tf : model::Initialisation::torch;
  if (!from_) return point;
  std::vector<float> values;
  comm::agree(world_, [&] {
    if (!world_.root()) return;
    const auto& source = of_seed_.at(seed);
    const auto model = read(source, network);
    values = joined_parameters(model);
    point.attributes = {{"start_from", from_->text()},
                        {"start_seed", source.run.seed},
                        {rounds_name, source.rounds},
                        {sum_name, sum_of(model)}};
  });
  point.start.model = broadcast(world_, values);
  return point;
}

std::string StartModel::describe() const {
  if (!from_ || of_seed_.empty()) return "";
  std::vector<std::string> seeds;
  for (const auto& [seed, source] : of_seed_) seeds.push_back(std::to_string(source.run.seed));
  seeds.erase(std::unique(seeds.begin(), seeds.end()), seeds.end());
  auto text = terminal_text(from_->file) + ", " + terminal_text(from_->algorithm) + " seed " +
              joined(seeds, ", ") + ", after " + std::to_string(of_seed_.begin()->second.rounds) + " rounds";
  std::vector<std::string> lacking;
  for (const auto& method : settings_.methods)
    if (method.has_rounds() && method.make_run().first().sent_parameters(1) > 1)
      lacking.push_back(method.name());
  if (lacking.empty() || of_seed_.begin()->second.form.has_alpha) return text;
  return text + "; it has no alpha, that of " + joined(lacking, ", ") + " starts at its option's value";
}

void check_same_start(const record::RunHeader& before, const record::RunHeader& now) {
  const auto *was = find(before, sum_name), *is = find(now, sum_name);
  const bool same = was && is ? *was == *is : was == is;
  if (same) return;
  throw Error(Status::input, "the model is not the one that the run started from", "--start-from",
              "give the same file, or another --output");
}

}  // namespace fedmeta::programs

#include "programs/bench/checkpoints.hpp"

#include <ATen/ATen.h>

#include <exception>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "base/joined.hpp"
#include "federate/client_states.hpp"
#include "trace/span.hpp"

namespace fedmeta::programs {
namespace {

constexpr int wanted = 1;  ///< told to all ranks when it is time

void add_state(record::CheckpointWriter& checkpoint, const federate::ServerState& state) {
  const auto named = federate::named(state);
  const std::string prefix = stored::state;
  for (const auto& [name, number] : named.numbers) checkpoint.add(prefix + name, number);
  for (const auto& [name, number] : named.reals) checkpoint.add(prefix + name, number);
  for (const auto& [name, tensor] : named.tensors) {
    const auto here = tensor.to(at::kCPU, at::kFloat).contiguous();
    checkpoint.add(prefix + name, record::ValueType::f32, here.sizes().vec(),
                   {static_cast<const std::byte*>(here.const_data_ptr()), here.nbytes()});
  }
}

/// The same of one client's alone.
void add_client(record::CheckpointWriter& checkpoint, std::int32_t client,
                const learn::OptimizerState& kept) {
  federate::ServerState one;
  one.clients[client] = kept;
  for (const auto& [name, tensor] : federate::named(one).tensors)
    if (tensor.defined())
      checkpoint.add(stored::state + name, record::ValueType::f32, tensor.sizes().vec(),
                     {static_cast<const std::byte*>(tensor.const_data_ptr()), tensor.nbytes()});
}

}  // namespace

Checkpoints::Checkpoints(const comm::Communicator& world, const record::ResultsWriter* writer,
                         std::filesystem::path output, settings::CheckpointPeriod period,
                         std::uint64_t fingerprint, bool replaces)
    : world_(world),
      writer_(writer),
      output_(std::move(output)),
      period_(period),
      fingerprint_(fingerprint),
      replaces_(replaces) {}

void Checkpoints::enter(std::int64_t training, const algorithms::Run& run, const federate::Validity& before,
                        std::int64_t rounds_done) {
  training_ = training;
  run_ = &run;
  before_ = &before;
  rounds_kept_ = rounds_done;
}

bool Checkpoints::is_time() const {
  if (world_.told() == wanted) return true;
  if (world_.root() && period_.seconds > 0 && since_.seconds() >= period_.seconds) world_.tell(wanted);
  return false;
}

bool Checkpoints::between_rounds(const federate::ServerState& state, const federate::Validity& validity) {
  const std::int64_t done = state.next_round - 1;
  const bool counted = period_.rounds > 0 && done > rounds_kept_ && done % period_.rounds == 0;
  const bool due = counted || is_time();
  if (due) write(&state, validity);
  return due;
}

void Checkpoints::leave() {
  ++training_;
  run_ = nullptr;
  if (period_.rounds > 0 || is_time()) write(nullptr, {});
}

void Checkpoints::add_head(record::CheckpointWriter& checkpoint, const federate::Validity& validity) const {
  checkpoint.add(stored::fingerprint, static_cast<std::int64_t>(fingerprint_));
  checkpoint.add(stored::replaces, std::int64_t{replaces_});
  checkpoint.add(stored::training, training_);
  std::vector<std::int64_t> rounds;
  if (run_)
    for (const auto& stage : run_->stages) rounds.push_back(stage.rounds);
  checkpoint.add(stored::stage_rounds, record::ValueType::i64, {std::ssize(rounds)},
                 std::as_bytes(std::span(rounds)));
  checkpoint.add(stored::reasons_before, joined(before_->reasons(), "\n"));
  checkpoint.add(stored::reasons, joined(validity.reasons(), "\n"));
}

void Checkpoints::write(const federate::ServerState* state, const federate::Validity& validity) {
  const trace::Span span("writing a checkpoint", {}, LogLevel::info);
  std::unique_ptr<record::CheckpointWriter> checkpoint;
  std::exception_ptr failed;  // the others take part to the end, and hear of it then
  const auto at_root = [&](const auto& work) {
    if (!world_.root() || failed) return;
    try {
      work();
    } catch (...) {
      failed = std::current_exception();
    }
  };
  at_root([&] {
    checkpoint = std::make_unique<record::CheckpointWriter>(output_);
    add_head(*checkpoint, validity);
  });
  if (state) {
    auto without_clients = *state;
    without_clients.clients.clear();
    at_root([&] { add_state(*checkpoint, without_clients); });
    for (const auto client : federate::clients_with_states(world_, *state)) {
      const auto kept = federate::gather_client(world_, *state, client);
      at_root([&] { add_client(*checkpoint, client, kept); });
    }
    rounds_kept_ = state->next_round - 1;
  }
  at_root([&] {
    writer_->copy_to(*checkpoint, stored::results);
    checkpoint->publish();
  });
  comm::agree(world_, [&] {
    if (failed) std::rethrow_exception(failed);
  });
  since_.lap();
  world_.tell(0);
}

}  // namespace fedmeta::programs

#include "device/replays.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <exception>

#include "base/warning.hpp"
#include "cost/executed_flops.hpp"

namespace fedmeta::device {
namespace {

/// Each keeps its results. Shapes that come once in a long while are not worth keeping.
constexpr std::size_t most_recordings = 128;

/// Whether the rows are one row, repeated.
bool is_repeated(const at::Tensor& tensor) {
  return tensor.dim() > 1 && tensor.size(0) > 1 && tensor.stride(0) == 0;
}

std::string form_of(const at::Tensor& tensor, bool repeated) {
  if (!tensor.defined()) return "-";
  std::string form = std::to_string(static_cast<int>(tensor.scalar_type()));
  for (const auto size : tensor.sizes()) form += 'x' + std::to_string(size);
  return repeated ? form + 'r' : form;
}

std::string form_of(const at::Tensor& tensor) {
  return form_of(tensor, tensor.defined() && is_repeated(tensor));
}

}  // namespace

at::Tensor Replays::own_input(std::size_t position, const at::Tensor& input, bool repeated) {
  auto& own = inputs_[std::to_string(position) + ' ' + form_of(input, repeated)];
  if (!own.defined()) own = at::empty(repeated ? input[0].sizes() : input.sizes(), input.options());
  return repeated ? own.expand_as(input) : own;
}

at::Tensor Replays::own_copy(std::size_t position, const at::Tensor& numbers) {
  if (!recorder_) return numbers.clone(at::MemoryFormat::Contiguous);
  return own_input(position, numbers, /*repeated=*/false).copy_(numbers);
}

Replays::Recorded& Replays::recorded(const std::string& key, const Tensors& inputs) {
  const auto found = std::ranges::find(recorded_, key, &Recorded::key);
  if (found != recorded_.end()) {
    recorded_.splice(recorded_.end(), recorded_, found);
    return recorded_.back();
  }
  if (recorded_.size() == most_recordings) recorded_.pop_front();
  auto& fresh = recorded_.emplace_back();
  fresh.key = key;
  for (std::size_t i = 0; i < inputs.size(); ++i)
    fresh.inputs.push_back(inputs[i].defined() ? own_input(i, inputs[i], is_repeated(inputs[i]))
                                               : at::Tensor());
  return fresh;
}

void Replays::record(Recorded& fresh, const Work& work) {
  const auto before = cost::executed_flops();
  fresh.recording = recorder_->record([&fresh, work] {
    const auto made = work(fresh.inputs);
    if (fresh.outputs.empty()) fresh.outputs = made;
    for (std::size_t i = 0; i < made.size(); ++i)  // where a recorder replays by doing the work again
      if (made[i].defined() && !made[i].is_same(fresh.outputs[i])) fresh.outputs[i].copy_(made[i]);
  });
  for (auto& output : fresh.outputs) output = recorder_->kept(output);
  fresh.flops = cost::executed_flops() - before;
  cost::count_executed_flops(-fresh.flops);
}

void Replays::forget() {
  recorded_.clear();
  inputs_.clear();
}

Replays::Tensors Replays::run(const std::string& name, const Tensors& inputs, const Work& work,
                              Results results) {
  if (!recorder_) return work(inputs);
  auto key = name;
  for (const auto& input : inputs) key += ' ' + form_of(input);
  // The first time libraries prepare what cannot be prepared while recording.
  if (seen_.insert(key).second) return work(inputs);
  try {
    auto& known = recorded(key, inputs);
    take(known, inputs);
    if (!known.recording) record(known, work);
    return replay(known, results);
  } catch (const c10::OutOfMemoryError&) {
    forget();
    throw;
  } catch (const std::exception& failure) {
    forget();
    recorder_.reset();
    const std::string said = failure.what();
    report_warning(
        "fedmeta_bench", "work could not be recorded as a CUDA graph, and is launched piece by piece",
        said.substr(0, said.find('\n')), "it computes the same; --cuda-graphs off spares the attempt");
    return work(inputs);
  }
}

void Replays::take(Recorded& known, const Tensors& inputs) {
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (!inputs[i].defined() || inputs[i].is_same(known.inputs[i])) continue;
    if (is_repeated(inputs[i]))
      known.inputs[i].select(0, 0).copy_(inputs[i].select(0, 0));
    else
      known.inputs[i].copy_(inputs[i]);
  }
}

Replays::Tensors Replays::replay(Recorded& known, Results results) {
  known.recording->replay();
  cost::count_executed_flops(known.flops);
  if (results == Results::passing) return known.outputs;
  Tensors outputs;
  for (const auto& output : known.outputs) outputs.push_back(output.defined() ? output.clone() : output);
  return outputs;
}

}  // namespace fedmeta::device

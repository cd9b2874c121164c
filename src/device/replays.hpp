// Work on tensors that is done again and again in the same shapes. On a GPU it is recorded once, and then
// started as a whole: launching its hundreds of kernels one by one takes the host longer than the kernels
// take.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "device/plugin.hpp"

namespace fedmeta::device {

class Replays {
 public:
  using Tensors = std::vector<at::Tensor>;
  using Work = std::function<Tensors(const Tensors&)>;

  /// Whether results are the caller's own, or in memory that the next run may overwrite.
  enum class Results { own, passing };

  /// Without a recorder all work is simply done.
  explicit Replays(std::unique_ptr<Recorder> recorder = nullptr) : recorder_(std::move(recorder)) {}

  /// Returns work(inputs). What the work computes may depend on the name, and on its inputs' shapes and
  /// values, but on nothing else; it must not wait for the device. Is done the first time, recorded the
  /// second, and replayed from then on. If it cannot be recorded, warns once, and records nothing any more.
  Tensors run(const std::string& name, const Tensors& inputs, const Work& work,
              Results results = Results::own);

  /// A copy of the numbers where work reads its input at that position, so that they need not be copied once
  /// more. The next run with another such input overwrites it.
  at::Tensor own_copy(std::size_t position, const at::Tensor& numbers);

  bool records() const { return recorder_ != nullptr; }
  std::size_t recorded() const { return recorded_.size(); }

 private:
  struct Recorded {
    std::string key;
    Tensors inputs, outputs;  ///< those that the recording reads and writes
    std::int64_t flops = 0;   ///< executed by the work, which counts them only when it is recorded
    std::unique_ptr<Recording> recording;
  };

  /// The one of that key, made if there is none yet.
  Recorded& recorded(const std::string& key, const Tensors& inputs);
  void take(Recorded& known, const Tensors& inputs);
  void record(Recorded& fresh, const Work& work);
  Tensors replay(Recorded& known, Results results);
  void forget();
  at::Tensor own_input(std::size_t position, const at::Tensor& input, bool repeated);

  std::unique_ptr<Recorder> recorder_;
  std::set<std::string> seen_;
  std::list<Recorded> recorded_;              ///< the least recently replayed first
  std::map<std::string, at::Tensor> inputs_;  ///< shared by recordings, which are never replayed together
};

}  // namespace fedmeta::device

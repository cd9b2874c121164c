// The plug-in libfedmeta_cuda.so: what needs CUDA at build time. It lies beside the programs, and is loaded
// when a GPU is used; a program without it computes the same.
#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <memory>

namespace fedmeta::device {

/// Work of a device that was recorded, to be started again as a whole.
class Recording {
 public:
  virtual ~Recording() = default;
  /// Starts the work, on the memory that it was recorded with, on the current stream.
  virtual void replay() = 0;
};

class Recorder {
 public:
  virtual ~Recorder() = default;
  /// Calls `work`, and records what it starts on the current device instead of starting it. Recordings share
  /// memory for what they compute: each overwrites what others have left. Throws what the device's library
  /// throws.
  virtual std::unique_ptr<Recording> record(const std::function<void()>& work) = 0;
  /// A result of recorded work, as it is to be kept: a view, where its memory lasts as long as the recorder,
  /// so that later recordings use it, too.
  virtual at::Tensor kept(const at::Tensor& result) const { return result; }
};

/// Names of the plug-in's functions.
inline constexpr const char* plugin_make_recorder = "fedmeta_make_recorder";

/// What a function of the plug-in of that name returns; null where there is no plug-in or function. The
/// function takes nothing and returns a pointer to T.
void* from_plugin(const char* function);

/// Returns null where there is no plug-in.
std::unique_ptr<Recorder> make_recorder();

}  // namespace fedmeta::device

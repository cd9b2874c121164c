// The plug-in libfedmeta_cuda.so: what needs CUDA at build time. It lies beside the programs, and is loaded when a GPU
// is used; a program without it computes the same.
#pragma once

#include <memory>

namespace fedmeta::device {

/// A piece of a device's work that was recorded, to be started again as a whole.
class Recording {
 public:
  virtual ~Recording() = default;
  /// Starts the work, on the memory that it was recorded with, on the current stream.
  virtual void replay() = 0;
};

/// Records work of the current device. All that runs between begin() and end() is recorded and not executed.
/// Recordings of one recorder share memory for what they compute: each overwrites what others have left.
class Recorder {
 public:
  virtual ~Recorder() = default;
  virtual void begin() = 0;
  virtual std::unique_ptr<Recording> end() = 0;
  /// Gives a recording up, after a failure.
  virtual void abandon() noexcept = 0;
};

/// Names of the plug-in's functions.
inline constexpr const char* plugin_make_recorder = "fedmeta_make_recorder";

/// What a function of the plug-in of that name returns; null where there is no plug-in or function. The
/// function takes nothing and returns a pointer to T.
void* from_plugin(const char* function);

/// Returns null where there is no plug-in.
std::unique_ptr<Recorder> make_recorder();

}  // namespace fedmeta::device

// The right to write an output: one program at a time, whatever locks the file system has.
//
// OUTPUT.lock is there as long as a program writes OUTPUT. Where files can be locked, it is, and the lock
// ends with its process. Elsewhere it says who wrote it: it is taken over where that process is gone, or was
// of the same batch job.
#pragma once

#include <filesystem>
#include <string>

namespace fedmeta::record {

class OutputLock {
 public:
  /// Holds no right.
  OutputLock() = default;
  /// Creates missing parent directories. Throws Error(own_file) if another program writes this output, or if
  /// nothing can be written there. `option` named the output.
  explicit OutputLock(const std::filesystem::path& output, const std::string& option = "--output");
  OutputLock(OutputLock&& other) noexcept;
  OutputLock& operator=(OutputLock&& other) noexcept;
  ~OutputLock();

 private:
  std::filesystem::path path_;  ///< empty: none is held
  int descriptor_ = -1;
};

}  // namespace fedmeta::record

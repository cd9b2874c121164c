// The file of --trace: what all ranks were at, in Chrome's trace format (docs/reliability.md).
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "comm/communicator.hpp"

namespace fedmeta::programs {

class TraceFile {
 public:
  /// Collective. Keeps nothing if `path` is empty. A file that is there is replaced with `force`; if
  /// `goes_on`, events are added to it. Throws AgreedError(usage) otherwise, and AgreedError(own_file).
  TraceFile(const comm::Communicator& world, std::filesystem::path path, bool force, bool goes_on);
  /// Collective. Writes what the ranks have kept since the last call. A file that cannot be written any more
  /// is a warning: a run is not lost for its trace.
  void collect();

 private:
  void open(bool goes_on, const std::vector<std::string>& hosts);

  const comm::Communicator& world_;
  std::filesystem::path path_;  ///< empty: nothing is kept
  std::fstream file_;           ///< at the root
};

}  // namespace fedmeta::programs

// How fast messages are, from the JSON that fedmeta_microbench writes (Google Benchmark's format).
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "report/output/table.hpp"

namespace fedmeta::report {

/// A collective call with messages of one length.
struct MessageTime {
  std::string call;    ///< "broadcast", "reduction/native"
  double bytes = 0;    ///< of the message, not summed over ranks
  double seconds = 0;  ///< of a call, median over repetitions
};

struct Microbenchmark {
  std::string file;  ///< name without folder
  double ranks = 0, threads = 0;
  std::string mpi, device;
  double gemm_flops_per_second = 0, memory_bytes_per_second = 0;  ///< of all ranks; 0: not in the file
  std::vector<MessageTime> messages;  ///< by call, then by length; none of a single rank
};

/// Throws Error(own_file) unless it is such a file.
Microbenchmark read_microbenchmark(const std::filesystem::path& path);

/// Returns a row for each call and length.
ReportTable message_table(const std::vector<Microbenchmark>& all);

/// Returns latency and bandwidth of each call, and what the ranks compute and read at most.
ReportTable ceiling_table(const std::vector<Microbenchmark>& all);

}  // namespace fedmeta::report

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
  std::vector<std::string> failed;    ///< names of benchmarks that ended without a result
};

/// Throws Error(own_file) unless it is such a file, and Error(input) if no benchmark of it has a result.
Microbenchmark read_microbenchmark(const std::filesystem::path& path);

/// Reads several. Throws Error(usage), too, for a file that is given twice, or a copy of it.
std::vector<Microbenchmark> read_microbenchmarks(const std::vector<std::filesystem::path>& files);

/// Returns a note for each file of which benchmarks failed.
std::vector<std::string> failure_notes(const std::vector<Microbenchmark>& all);

/// Returns a row for each call and length.
ReportTable message_table(const std::vector<Microbenchmark>& all);

/// Returns latency and bandwidth of each call, and what the ranks compute and read at most.
ReportTable ceiling_table(const std::vector<Microbenchmark>& all);

}  // namespace fedmeta::report

#include "programs/bench/trace_file.hpp"

#include <span>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "base/host_name.hpp"
#include "base/warning.hpp"
#include "record/output_file.hpp"
#include "trace/span.hpp"

namespace fedmeta::programs {
namespace {

namespace fs = std::filesystem;

/// Written after every part, and overwritten by the next, so that the file is whole JSON in between.
constexpr const char* end = "\n]\n";
constexpr std::streamoff end_bytes = 3;

}  // namespace

TraceFile::TraceFile(const comm::Communicator& world, fs::path path, bool force, bool goes_on)
    : world_(world), path_(std::move(path)) {
  if (path_.empty()) return;
  trace::keep_events();
  const auto hosts = world_.all_gather(host_name());
  comm::agree(world_, [&] {
    if (!world_.root()) return;
    record::check_output(path_, force || goes_on, "--trace");
    open(goes_on, hosts);
  });
}

void TraceFile::open(bool goes_on, const std::vector<std::string>& hosts) {
  std::error_code ignored;
  const bool adds = goes_on && fs::file_size(path_, ignored) > end_bytes && !ignored;
  if (!adds) std::ofstream(path_, std::ios::trunc) << "[" << end;
  file_.open(path_, std::ios::in | std::ios::out | std::ios::binary);
  file_.seekp(-end_bytes, std::ios::end);
  for (int rank = 0; rank < world_.size(); ++rank) {
    const bool first = !adds && rank == 0;
    file_ << (first ? "\n" : ",\n") << trace::chrome_rank(rank, hosts[static_cast<std::size_t>(rank)]);
  }
  if (!(file_ << end << std::flush))
    throw Error(Status::own_file, "cannot write the trace", path_.string(), "choose another --trace");
}

void TraceFile::collect() {
  if (path_.empty()) return;
  const auto text = trace::chrome_events(trace::take_events(), world_.rank());
  const auto parts = world_.all_gather(text);
  if (!world_.root() || !file_.is_open()) return;
  file_.seekp(-end_bytes, std::ios::end);
  for (const auto& part : parts)
    if (!part.empty()) file_ << ",\n" << part;
  if (file_ << end << std::flush) return;
  file_.close();
  report_warning("fedmeta_bench", "cannot write the trace any more", path_.string(),
                 "the run goes on without it");
}

}  // namespace fedmeta::programs

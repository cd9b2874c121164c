#include "report/machine/provenance.hpp"

#include "record/file_seal.hpp"
#include "report/pooling/totals.hpp"

namespace fedmeta::report {
namespace {

/// The lines of a text in one.
std::string in_one_line(std::string text) {
  for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 2)
    text.replace(at, 1, "; ");
  return text;
}

std::string or_none(const std::string& text, const char* none) {
  return text.empty() ? none : text;
}

}  // namespace

ReportTable files_table(const std::vector<Source>& sources) {
  ReportTable table{
      "files",
      "Files",
      "The results files this report is made from. XXH3: the sum of all bytes, as xxhsum -H3 prints it.",
      {{"file", "file"},
       {"status", "status"},
       {"data set", "dataset"},
       {"source", "source"},
       {"runs", "runs", Format::integer},
       {"ranks", "ranks", Format::integer},
       {"device of rank 0", "device"},
       {"created (UTC)", "created"},
       {"version", "version"},
       {"commit", "git_commit"},
       {"XXH3", "xxh3"},
       {"", "command_line"},
       {"", "libtorch"},
       {"", "mpi"},
       {"", "hdf5"},
       {"", "hosts"},
       {"", "resumed"}},
      {}};
  for (const Source& source : sources) {
    const record::Results& r = source.results;
    table.rows.push_back({source.path.filename().string(), r.header.status, r.data.dataset, r.data.source,
                          static_cast<double>(r.runs.size()), static_cast<double>(r.header.world_size),
                          r.system.device.empty() ? "" : r.system.device.front(), r.header.created,
                          r.header.version, r.header.git_commit, record::file_sum(source.path),
                          r.header.command_line, r.header.libtorch, r.header.mpi, r.header.hdf5,
                          machine_of(r.system).hosts, in_one_line(r.header.resumed)});
  }
  return table;
}

Details provenance(const Source& source) {
  const auto& [header, system, data, runs] = source.results;
  return {source.path.filename().string(),
          {{"command line", header.command_line},
           {"version", header.version + " (" + header.git_commit + ")"},
           {"libraries", "libtorch " + header.libtorch + ", " + header.mpi + ", HDF5 " + header.hdf5},
           {"machine", describe(machine_of(system))},
           {"Slurm job", or_none(system.slurm_job_id, system.cpu.empty() ? "not recorded" : "none")},
           {"created (UTC)", header.created},
           {"resumed", or_none(in_one_line(header.resumed), "no")},
           {"XXH3", record::file_sum(source.path)}},
          "Settings, as --config takes them",
          header.settings};
}

}  // namespace fedmeta::report

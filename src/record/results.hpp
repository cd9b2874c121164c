// The content of a results file as plain structs: what the writer takes and the reader gives.
// Names, units and meaning of every field as stored: src/record/schema.hpp.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "cost/ledger.hpp"

namespace fedmeta::record {

/// Attributes of the file's root, written when the file is created; only `status` changes later.
struct Header {
  std::string version, git_commit, command_line, settings, created, libtorch, mpi, hdf5;
  std::int32_t world_size = 0;
  std::string status = "running";  ///< running, complete, interrupted, invalid
  std::string resumed = {};        ///< a line for each time; empty where the run went through
};

/// Wall clock of what belongs to no run, in seconds; not a number where it was not recorded. Of the last
/// start of a run that went on from a checkpoint.
struct Clocks {
  double loading = not_recorded;    ///< reading the data and sending clients home
  double measuring = not_recorded;  ///< the machine's sgemm rate, before the runs
  double preparing = not_recorded;  ///< network, engine, clients in place
  double closing = not_recorded;    ///< the sgemm rate again
  double total = not_recorded;      ///< from the program's start until the file is closed

  static constexpr double not_recorded = std::numeric_limits<double>::quiet_NaN();
};

/// One entry per rank.
struct System {
  std::vector<std::int32_t> rank;
  std::vector<std::string> host;
  std::vector<std::int32_t> pid;
  std::vector<std::string> device;
  std::vector<std::int32_t> threads;
  std::vector<double> gemm_flops_per_second;
  std::vector<double> gemm_flops_per_second_end;  ///< empty until the runs have ended
  // Files of earlier versions do not have these.
  std::vector<std::string> cpu = {}, gpu = {};  ///< models; "" where there is no GPU
  std::string slurm_job_id = {};                ///< "" outside Slurm
  std::int64_t gpus = -1;  ///< different GPUs that the ranks compute on; -1: not recorded
  Clocks clocks = {};
};

/// The clients of the run, sorted by id.
struct Data {
  std::string dataset, source, division;  ///< `source` is one of known_names.hpp
  double support_fraction = 0;
  std::int64_t data_seed = 0;
  std::vector<std::string> client_id;
  std::vector<std::uint8_t> role;  ///< 0 train, 1 validation, 2 test
  std::vector<std::int32_t> samples;
  std::vector<std::int32_t> support;
  std::vector<std::int32_t> classes;  ///< different labels of its samples; empty in older files
  std::vector<std::int32_t> order;    ///< with --save-division, else empty
  std::vector<std::int64_t> offset;   ///< with --save-division, else empty

  // What was read and what was left out; 0 or "" in older files, which do not store it.
  std::int64_t files_read = 0, users_read = 0, samples_read = 0;
  std::int64_t min_samples = 0, max_samples = 0, max_clients = 0;  ///< the filters that were applied
  std::int64_t dropped_min_samples = 0, dropped_max_samples = 0, dropped_max_clients = 0;  ///< clients
  std::int64_t classes_of_all = 0;     ///< different labels of all clients
  std::int64_t equal_samples = 0;      ///< query samples that equal a support sample of their client
  std::string files_passed_over = {};  ///< names, one per line
};

/// A switch, whole number, real number or word.
using AttributeValue = std::variant<bool, std::int64_t, double, std::string>;

/// Identifies one run: an algorithm with one seed.
struct RunHeader {
  std::string algorithm;
  std::int64_t seed = 0;
  std::int64_t parameters = 0;
  std::int64_t forward_flops_per_sample = 0;
  std::vector<std::pair<std::string, AttributeValue>> hyperparameters;  ///< named as options, with _ for -
};

/// Parameters before and after training, stored with --save-model.
struct Model {
  std::string layout;  ///< JSON [[name, shape], ...]
  std::vector<float> theta_initial, theta;
  std::vector<float> alpha_initial, alpha;  ///< Meta-SGD only, else empty
};

/// What the phases of a run (cost/phase.hpp) took, on all nodes together. Not of runs that went on from a
/// checkpoint.
struct Phases {
  std::vector<double> seconds;             ///< [phases], wall clock at the root
  std::vector<double> energy_joules = {};  ///< [phases], not a number: not measured; empty: of no phase
  std::string energy_source = {};          ///< such as "nvml, rapl"; "" where nothing was measured
};

/// Everything the file says about one run.
struct Run {
  RunHeader header;
  std::string status;
  std::vector<cost::RoundRow> rounds;
  std::vector<cost::EvaluationRow> evaluations;
  std::vector<cost::ClientRow> clients;
  std::optional<cost::TargetRow> target;
  std::vector<cost::CurveRow> curve;           ///< empty unless asked for
  std::vector<cost::SelfCurveRow> self_curve;  ///< likewise
  std::optional<Phases> phases = {};
};

/// A whole file as the reader returns it, without models and divisions.
struct Results {
  Header header;
  System system;
  Data data;
  std::vector<Run> runs;  ///< by algorithm in file order, then by seed
};

}  // namespace fedmeta::record

// Describes a results file in one place: name, units, meaning and struct member of every dataset and
// attribute. Both the writer and the reader follow these tables. For users: docs/results-file.md.
#pragma once

#include <tuple>

#include "record/h5.hpp"
#include "record/results.hpp"

namespace fedmeta::record::schema {

using h5::Field;

/// Since version 2, hyper-parameters have the types of their options. Since version 3, texts are of one
/// length, datasets have checksums, and those of `target` one axis. The earlier ones can still be read.
inline constexpr std::int32_t version = 3;
inline constexpr const char* program = "fedmeta_bench";

/// A column of a table with rows of type Row, or a whole vector of a struct with one vector per column. If
/// each row holds a vector, `across` is the path of that vector's axis relative to the table's group.
template <class Row, class T>
struct Column {
  Field field;
  T Row::*member;
  const char* across = nullptr;
};

/// Texts in rows are words, such as the name of a split: their places are made before they are known.
inline constexpr std::size_t longest_word = 16;

template <class Struct, class T>
struct Attribute {
  const char* name;
  T Struct::*member;
};

// Clang deduces template arguments of aggregates without these guides only from version 17 on.
template <class Row, class T>
Column(Field, T Row::*, const char* = nullptr) -> Column<Row, T>;
template <class Struct, class T>
Attribute(const char*, T Struct::*) -> Attribute<Struct, T>;

/// Calls f(column) for each column of a table.
template <class Table, class F>
void for_each(const Table& table, F&& f) {
  std::apply([&](const auto&... column) { (f(column), ...); }, table);
}

// Axes: each is stored as one scale, in the group to which the axis belongs.
inline constexpr Field rank_axis{"rank", "1", "MPI rank"};
inline constexpr Field client_axis{"client", "1", "index of a client in /data/client_id"};
inline constexpr Field round_axis{"round", "1", "training round, from 1"};
inline constexpr Field slot_axis{"slot", "1", "place of a client in the order drawn in a round"};
inline constexpr Field evaluation_axis{"evaluation", "1", "evaluation, in order"};
inline constexpr Field test_client_axis{"test_client", "1", "client of the last evaluation, in order"};
inline constexpr Field epochs_axis{"epochs", "1", "epochs of adaptation to the client, from 0"};
inline constexpr Field step_axis{"step", "1", "steps of the clients' own training, from 0"};
inline constexpr Field parameter_axis{"parameter", "1", "place in the flat parameter vector"};
inline constexpr Field sample_axis{"sample", "1", "place in the samples of all clients, one after the other"};
inline constexpr Field client_bound_axis{"client_bound", "1",
                                         "first sample of a client, and the end of the last"};

inline constexpr std::tuple header_attributes{
    Attribute{"version", &Header::version},
    Attribute{"git_commit", &Header::git_commit},
    Attribute{"command_line", &Header::command_line},
    Attribute{"settings", &Header::settings},
    Attribute{"created", &Header::created},
    Attribute{"status", &Header::status},
    Attribute{"world_size", &Header::world_size},
    Attribute{"libtorch", &Header::libtorch},
    Attribute{"mpi", &Header::mpi},
    Attribute{"hdf5", &Header::hdf5},
};

/// Of files of runs that went on from a checkpoint.
inline constexpr Attribute resumed_attribute{"resumed", &Header::resumed};

inline constexpr std::tuple system_columns{
    Column{Field{"rank", "1", "MPI rank"}, &System::rank},
    Column{Field{"host", "1", "name of the machine"}, &System::host},
    Column{Field{"pid", "1", "process id"}, &System::pid},
    Column{Field{"device", "1", "device the rank computed on"}, &System::device},
    Column{Field{"threads", "1", "threads of the rank"}, &System::threads},
    Column{Field{"gemm_flops_per_second", "FLOP/s",
                 "rate of a product of two square matrices before the runs, all ranks at once"},
           &System::gemm_flops_per_second},
};
inline constexpr Column gemm_end_column{
    Field{"gemm_flops_per_second_end", "FLOP/s",
          "rate of a product of two square matrices after the runs, all ranks at once"},
    &System::gemm_flops_per_second_end};

/// Files of earlier versions do not have the following.
inline constexpr std::tuple later_system_columns{
    Column{Field{"cpu", "1", "model of the processor"}, &System::cpu},
    Column{Field{"gpu", "1", "model of the GPU the rank computed on; empty = none"}, &System::gpu},
};
inline constexpr Attribute slurm_attribute{"slurm_job_id", &System::slurm_job_id};
inline constexpr Attribute gpus_attribute{"gpus", &System::gpus};
inline constexpr std::tuple clock_attributes{
    Attribute{"seconds_loading", &Clocks::loading},     Attribute{"seconds_measuring", &Clocks::measuring},
    Attribute{"seconds_preparing", &Clocks::preparing}, Attribute{"seconds_closing", &Clocks::closing},
    Attribute{"seconds_total", &Clocks::total},
};

inline constexpr std::tuple data_attributes{
    Attribute{"dataset", &Data::dataset},     Attribute{"source", &Data::source},
    Attribute{"division", &Data::division},   Attribute{"support_fraction", &Data::support_fraction},
    Attribute{"data_seed", &Data::data_seed},
};
/// What was read and what was left out.
inline constexpr std::tuple reading_attributes{
    Attribute{"files_read", &Data::files_read},
    Attribute{"users_read", &Data::users_read},
    Attribute{"samples_read", &Data::samples_read},
    Attribute{"min_samples", &Data::min_samples},
    Attribute{"max_samples", &Data::max_samples},
    Attribute{"max_clients", &Data::max_clients},
    Attribute{"dropped_min_samples", &Data::dropped_min_samples},
    Attribute{"dropped_max_samples", &Data::dropped_max_samples},
    Attribute{"dropped_max_clients", &Data::dropped_max_clients},
    Attribute{"equal_samples", &Data::equal_samples},
    Attribute{"files_passed_over", &Data::files_passed_over},
};
inline constexpr std::tuple data_columns{
    Column{Field{"client_id", "1", "name of the client, sorted"}, &Data::client_id},
    Column{Field{"role", "1", "0 training, 1 validation, 2 test client"}, &Data::role},
    Column{Field{"samples", "1", "number of samples of the client"}, &Data::samples},
    Column{Field{"support", "1", "size of the client's support set; the rest is its query set"},
           &Data::support},
};
/// Files of earlier versions do not have the following.
inline constexpr Column classes_column{
    Field{"classes", "1", "number of different labels of the client's samples"}, &Data::classes};
inline constexpr Attribute classes_attribute{"classes_of_all", &Data::classes_of_all};
inline constexpr Column order_column{
    Field{"order", "1",
          "per client, indices into its samples in file order: the support set first, then the query set"},
    &Data::order};
inline constexpr Column offset_column{
    Field{"offset", "1", "where in `order` a client's samples begin; the last value is the end"},
    &Data::offset};

inline constexpr std::tuple run_attributes{
    Attribute{"algorithm", &RunHeader::algorithm},
    Attribute{"seed", &RunHeader::seed},
    Attribute{"parameters", &RunHeader::parameters},
    Attribute{"forward_flops_per_sample", &RunHeader::forward_flops_per_sample},
};

inline constexpr std::tuple round_columns{
    Column{round_axis, &cost::RoundRow::round},
    Column{Field{"clients", "1", "clients trained in the round: indices into /data/client_id, -1 = none"},
           &cost::RoundRow::clients, "slot"},
    Column{
        Field{
            "loss", "1",
            "weighted mean of the clients' losses: on the query set, or in training for fedavg and reptile"},
        &cost::RoundRow::loss},
    Column{Field{"flops", "FLOP", "algorithmic training FLOPs, summed over the round's clients"},
           &cost::RoundRow::flops},
    Column{Field{"flops_executed", "FLOP", "FLOPs carried out in training, recomputation included"},
           &cost::RoundRow::flops_executed},
    Column{Field{"bytes_down", "byte", "bytes a deployment would send from the server to the clients"},
           &cost::RoundRow::bytes_down},
    Column{Field{"bytes_up", "byte", "bytes a deployment would send from the clients to the server"},
           &cost::RoundRow::bytes_up},
    Column{Field{"mpi_bytes", "byte", "bytes handed to MPI's broadcast and reduction, summed over ranks"},
           &cost::RoundRow::mpi_bytes},
    Column{Field{"seconds", "s", "wall clock from the sampling of clients to the end of the server's step"},
           &cost::RoundRow::seconds},
    Column{Field{"seconds_broadcast", "s", "wall clock of the broadcast"},
           &cost::RoundRow::seconds_broadcast},
    Column{Field{"seconds_compute", "s", "wall clock of the slowest rank's local computation"},
           &cost::RoundRow::seconds_compute},
    Column{Field{"seconds_reduce", "s", "wall clock of the reduction"}, &cost::RoundRow::seconds_reduce},
    Column{Field{"seconds_update", "s", "wall clock of the server's step"}, &cost::RoundRow::seconds_update},
    Column{Field{"rank_seconds_compute", "s", "wall clock of each rank's local computation"},
           &cost::RoundRow::rank_seconds_compute, "/rank"},
};

/// Files of earlier versions do not have them; rows that go on from their checkpoints have -1, or are not
/// numbers.
inline constexpr std::tuple later_round_columns{
    Column{Field{"device_bytes", "byte", "bytes copied between host and device memory, summed over ranks"},
           &cost::RoundRow::device_bytes},
    Column{Field{"client_flops", "FLOP", "algorithmic training FLOPs of each of `clients`"},
           &cost::RoundRow::client_flops, "slot"},
    Column{Field{"rank_seconds_wait", "s",
                 "wall clock that each rank waited for others, up to the end of the reduction"},
           &cost::RoundRow::rank_seconds_wait, "/rank"},
    Column{Field{"seconds_checkpoint", "s",
                 "wall clock of the checkpoint written before the round, 0 = none; not part of `seconds`"},
           &cost::RoundRow::seconds_checkpoint},
};
inline constexpr auto written_round_columns = std::tuple_cat(round_columns, later_round_columns);

inline constexpr std::tuple evaluation_columns{
    Column{Field{"round", "1", "training rounds done"}, &cost::EvaluationRow::round},
    Column{Field{"split", "1", "clients evaluated: test, validation or train"}, &cost::EvaluationRow::split},
    Column{Field{"accuracy", "1", "fraction of all query points classified correctly, after adaptation"},
           &cost::EvaluationRow::accuracy},
    Column{Field{"accuracy_client_mean", "1", "mean over clients of the client's accuracy, after adaptation"},
           &cost::EvaluationRow::accuracy_client_mean},
    Column{Field{"loss", "1", "mean loss over all query points, after adaptation"},
           &cost::EvaluationRow::loss},
    Column{Field{"initial_accuracy", "1",
                 "fraction of all query points classified correctly, before adaptation"},
           &cost::EvaluationRow::initial_accuracy},
    Column{Field{"seconds", "s", "wall clock of the evaluation"}, &cost::EvaluationRow::seconds},
};

inline constexpr std::tuple client_columns{
    Column{Field{"client", "1", "index into /data/client_id"}, &cost::ClientRow::client},
    Column{Field{"initial_accuracy", "1", "fraction of the client's query points right, before adaptation"},
           &cost::ClientRow::initial_accuracy},
    Column{Field{"accuracy", "1", "fraction of the client's query points right, after adaptation"},
           &cost::ClientRow::accuracy},
    Column{Field{"samples", "1", "number of the client's query points"}, &cost::ClientRow::samples},
};

// Optional columns: a run has one only if its first row has a value for it.
inline constexpr Column evaluation_top4{
    Field{"accuracy_top4", "1",
          "fraction of all query points whose class is among the four highest scores, after adaptation"},
    &cost::EvaluationRow::accuracy_top4};
inline constexpr Column evaluation_initial_client_mean{
    Field{"initial_accuracy_client_mean", "1",
          "mean over clients of the client's accuracy, before adaptation"},
    &cost::EvaluationRow::initial_accuracy_client_mean};
inline constexpr Column evaluation_initial_loss{
    Field{"initial_loss", "1", "mean loss over all query points, before adaptation"},
    &cost::EvaluationRow::initial_loss};
inline constexpr Column client_top4{
    Field{"accuracy_top4", "1",
          "fraction of the client's query points whose class is among the four highest scores, after "
          "adaptation"},
    &cost::ClientRow::accuracy_top4};
inline constexpr Column client_flops{
    Field{"flops", "FLOP", "algorithmic FLOPs of training the client's own model from scratch"},
    &cost::ClientRow::flops};

inline constexpr const char* curve_group = "personalisation";
inline constexpr std::tuple curve_columns{
    Column{epochs_axis, &cost::CurveRow::epochs},
    Column{Field{"accuracy", "1",
                 "fraction of the test clients' query points classified correctly, after the last round"},
           &cost::CurveRow::accuracy},
    Column{Field{"accuracy_client_mean", "1", "mean over the test clients of the client's accuracy"},
           &cost::CurveRow::accuracy_client_mean},
};

inline constexpr const char* self_curve_group = "self_curve";
inline constexpr std::tuple self_curve_columns{
    Column{step_axis, &cost::SelfCurveRow::step},
    Column{Field{"accuracy", "1", "fraction of the test clients' query points classified correctly"},
           &cost::SelfCurveRow::accuracy},
    Column{Field{"accuracy_client_mean", "1", "mean over the test clients of the client's accuracy"},
           &cost::SelfCurveRow::accuracy_client_mean},
    Column{Field{"accuracy_top4", "1",
                 "fraction of the test clients' query points whose class is among the four highest scores"},
           &cost::SelfCurveRow::accuracy_top4},
};
inline constexpr const char* phases_group = "phases";
inline constexpr Field phase_axis{
    "phase", "1", "0 checks before the first round, 1 training rounds, 2 evaluations, 3 the whole run"};
inline constexpr Column phase_seconds{Field{"seconds", "s", "wall clock of the phase"}, &Phases::seconds};
inline constexpr Column phase_energy{
    Field{"energy_joules", "J", "energy of all nodes in the phase; not a number = not measured"},
    &Phases::energy_joules};
/// Of that dataset.
inline constexpr const char* energy_source = "source";

inline constexpr Field target_axis{"target", "1", "the first evaluation at or above the target"};
inline constexpr std::tuple target_columns{
    Column{Field{"accuracy", "1", "target accuracy"}, &cost::TargetRow::accuracy},
    Column{Field{"round", "1", "first evaluated round at or above the target"}, &cost::TargetRow::round},
    Column{Field{"bytes", "byte", "bytes down and up until then"}, &cost::TargetRow::bytes},
    Column{Field{"flops", "FLOP", "algorithmic training FLOPs until then"}, &cost::TargetRow::flops},
    Column{Field{"seconds", "s", "wall clock of the training rounds until then"}, &cost::TargetRow::seconds},
};

inline constexpr std::tuple model_columns{
    Column{Field{"theta_initial", "1", "parameters before the first round"}, &Model::theta_initial},
    Column{Field{"theta", "1", "parameters after the last round"}, &Model::theta},
    Column{Field{"alpha_initial", "1", "learnt inner rates before the first round"}, &Model::alpha_initial},
    Column{Field{"alpha", "1", "learnt inner rates after the last round"}, &Model::alpha},
};

}  // namespace fedmeta::record::schema

// The rows of a run: one per round, one per evaluation, one per test client. src/record/schema.hpp has the
// columns, their units and meaning.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace fedmeta::cost {

/// One training round. Seconds are wall-clock time on rank 0 unless a column says otherwise.
struct RoundRow {
  std::int32_t round = 0;             ///< 1, 2, ...
  std::vector<std::int32_t> clients;  ///< indices into the catalogue, in the order of sampling
  double loss = 0;                    ///< weighted mean of the clients' losses
  std::int64_t flops = 0;             ///< algorithmic
  std::int64_t flops_executed = 0;
  std::int64_t bytes_down = 0;
  std::int64_t bytes_up = 0;
  std::int64_t mpi_bytes = 0;
  std::int64_t device_bytes = -1;  ///< between host and device, all ranks; -1 in files that do not have it
  double seconds = 0;
  double seconds_broadcast = 0;
  double seconds_compute = 0;  ///< of the slowest rank
  double seconds_reduce = 0;
  double seconds_update = 0;
  std::vector<double> rank_seconds_compute;  ///< [world]
  // Files of earlier versions do not have these.
  std::vector<double> rank_seconds_wait{};   ///< [world]: for other ranks, up to the end of the reduction
  std::vector<std::int64_t> client_flops{};  ///< algorithmic, parallel to the clients
  /// Of the checkpoint before the round; 0 if none was written.
  double seconds_checkpoint = std::numeric_limits<double>::quiet_NaN();
};

/// One evaluation over all clients of a role, on their query sets.
struct EvaluationRow {
  std::int32_t round = 0;
  std::string split;                ///< "test", "validation" or "train"
  double accuracy = 0;              ///< over all points
  double accuracy_client_mean = 0;  ///< mean of the clients' accuracies
  double loss = 0;                  ///< mean over all points
  double initial_accuracy = 0;      ///< over all points, before adaptation
  double seconds = 0;
  /// Share of all points whose label has one of the four highest scores; NaN if it was not counted.
  double accuracy_top4 = std::numeric_limits<double>::quiet_NaN();
  /// Mean of the clients' accuracies before adaptation; NaN in files that do not have it.
  double initial_accuracy_client_mean = std::numeric_limits<double>::quiet_NaN();
  /// Mean over all points, before adaptation; NaN likewise.
  double initial_loss = std::numeric_limits<double>::quiet_NaN();
};

/// One test client at the last evaluation.
struct ClientRow {
  std::int32_t client = 0;  ///< index into the catalogue
  double initial_accuracy = 0;
  double accuracy = 0;
  std::int32_t samples = 0;  ///< query points
  double accuracy_top4 = std::numeric_limits<double>::quiet_NaN();
  std::int64_t flops = -1;  ///< algorithmic, of training from scratch (self); -1: none
};

/// Accuracy of the test clients after a number of epochs of adaptation.
struct CurveRow {
  std::int64_t epochs = 0;
  double accuracy = 0;              ///< over all points
  double accuracy_client_mean = 0;  ///< mean of the clients' accuracies
};

/// Accuracy of the test clients' own networks after a number of steps of training alone.
struct SelfCurveRow {
  std::int64_t step = 0;
  double accuracy = 0;              ///< over all points
  double accuracy_client_mean = 0;  ///< mean of the clients' accuracies
  double accuracy_top4 = 0;         ///< over all points
};

/// The first evaluation at or above the target accuracy, with the cost up to it.
struct TargetRow {
  double accuracy = 0;  ///< the target
  std::int32_t round = 0;
  std::int64_t bytes = 0;  ///< down and up
  std::int64_t flops = 0;
  double seconds = 0;  ///< of training rounds
};

}  // namespace fedmeta::cost

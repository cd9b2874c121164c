// Progress on standard output: a live bar on a terminal, else one line for each evaluation.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cost/ledger.hpp"
#include "cost/stopwatch.hpp"

namespace fedmeta::programs {

/// Returns a line at most `columns` wide (0 = no limit): `head`, cut if it is too long, and as many of the
/// parts, from the left, as fit.
std::string fitted(const std::string& head, const std::vector<std::string>& parts, int columns);

class Progress {
 public:
  /// `mode`: auto, plain, off. `run` names the training, which has `rounds` rounds; nothing for a method that
  /// knows none.
  Progress(const std::string& mode, std::string run, std::optional<std::int64_t> rounds);

  void round(const cost::RoundRow& row);
  /// Starts after this round, which an earlier process completed.
  void go_on_after(const cost::RoundRow& row);
  /// Shows an evaluation: one row for each evaluated role.
  void evaluation(const std::vector<cost::EvaluationRow>& rows);
  void end();

 private:
  void draw(const cost::RoundRow& row);
  /// Returns the line of an evaluation, without its end.
  std::string line_of(const cost::EvaluationRow& row) const;

  enum class Mode { off, lines, bar } mode_;
  std::string run_;
  std::int64_t rounds_;
  bool has_rounds_;
  std::int32_t before_ = 0;  ///< rounds that were done before the clock began
  cost::Stopwatch clock_;
  double drawn_at_ = -1;
  double last_loss_ = 0;
  std::string accuracy_;  ///< of the last evaluation, as shown
};

}  // namespace fedmeta::programs

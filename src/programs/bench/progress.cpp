#include "programs/bench/progress.hpp"

#include <cmath>
#include <cstdio>

#include "base/text.hpp"
#include "programs/bench/terminal.hpp"

namespace fedmeta::programs {
namespace {

constexpr std::size_t name_width = 11;  ///< that of fedavg-meta

std::string clock_text(double seconds) {
  const auto whole = std::lround(seconds);
  if (whole >= 3600) return std::to_string(whole / 3600) + "h" + two_digits(whole / 60 % 60) + "m";
  return std::to_string(whole / 60) + ":" + two_digits(whole % 60);
}

}  // namespace

std::string fitted(const std::string& head, const std::vector<std::string>& parts, int columns) {
  const auto most = static_cast<std::size_t>(columns);
  std::string line = head;
  for (const auto& part : parts) {
    if (columns > 0 && line.size() + part.size() > most) break;
    line += part;
  }
  return columns > 0 ? line.substr(0, most) : line;
}

Progress::Progress(const std::string& mode, std::string run, std::optional<std::int64_t> rounds)
    : mode_(mode == "off"                              ? Mode::off
            : mode == "auto" && terminal_columns() > 0 ? Mode::bar
                                                       : Mode::lines),
      run_(std::move(run)),
      rounds_(rounds.value_or(0)),
      has_rounds_(rounds.has_value()) {}

void Progress::round(const cost::RoundRow& row) {
  last_loss_ = row.loss;
  // A few redraws per second are enough.
  if (mode_ != Mode::bar || (clock_.seconds() - drawn_at_ < 0.2 && row.round < rounds_)) return;
  drawn_at_ = clock_.seconds();
  draw(row);
}

void Progress::go_on_after(const cost::RoundRow& row) {
  last_loss_ = row.loss;
  before_ = row.round;
}

void Progress::draw(const cost::RoundRow& row) {
  constexpr int width = 24;
  const double done = static_cast<double>(row.round) / static_cast<double>(rounds_);
  const int filled = static_cast<int>(done * width);
  const double elapsed = clock_.seconds(), per_round = elapsed / (row.round - before_);
  const auto head =
      "  " + padded(run_, name_width) + " " + std::to_string(row.round) + "/" + std::to_string(rounds_);
  const std::string bar = "  [" + std::string(static_cast<std::size_t>(filled), '#') +
                          std::string(static_cast<std::size_t>(width - filled), '.') + "]";
  const auto line =
      fitted(head,
             {bar, "  " + clock_text(static_cast<double>(rounds_ - row.round) * per_round) + " left",
              "  loss " + fixed(row.loss, 3), accuracy_, "  " + fixed(1 / per_round, 2) + " rounds/s"},
             terminal_columns() - 1);  // some terminals wrap after the last column
  std::printf("\r\033[K%s", line.c_str());
  std::fflush(stdout);
}

std::string Progress::line_of(const cost::EvaluationRow& row) const {
  const auto accuracy = row.split + " accuracy ";
  auto line = "  " + padded(run_, name_width) + " ";
  if (!has_rounds_) return line + accuracy + fixed(row.accuracy, 4);
  line += "round " + std::to_string(row.round) + "/" + std::to_string(rounds_) + "  ";
  if (row.round > 0) line += "loss " + fixed(last_loss_, 4) + "  ";  // before the first there is none
  return line + accuracy + fixed(row.initial_accuracy, 4) + " before, " + fixed(row.accuracy, 4) +
         " after adapting";
}

void Progress::evaluation(const std::vector<cost::EvaluationRow>& rows) {
  if (mode_ == Mode::off) return;
  for (const auto& row : rows) {
    accuracy_ = "  accuracy " + fixed(row.initial_accuracy, 3) + " -> " + fixed(row.accuracy, 3);
    if (mode_ != Mode::lines) continue;
    const auto line = line_of(row) + "  " + clock_text(clock_.seconds()) + "\n";
    std::fputs(wrapped(line, terminal_columns(), 14).c_str(), stdout);
  }
  std::fflush(stdout);
}

void Progress::end() {
  if (mode_ == Mode::bar) std::printf("\n");
  std::fflush(stdout);
}

}  // namespace fedmeta::programs
